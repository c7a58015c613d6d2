import { Button, PasswordInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { api, onSessionEnd, takeCsrfToken } from "../../api/client.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";

/** Somebody whose session has ended signs in over the page, and what was asked goes on: nothing typed is lost. */
export function SessionEndedDialog({ email }: { readonly email: string }) {
  const { shell, signIn } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const waiting = useRef<((done: boolean) => void)[]>([]);

  useEffect(() => {
    onSessionEnd(() => {
      setOpen(true);
      return new Promise((resolve) => waiting.current.push(resolve));
    });
  }, []);

  function finish(done: boolean): void {
    for (const resolve of waiting.current.splice(0)) resolve(done);
    setOpen(false);
    setProblem(null);
  }

  async function submit(): Promise<void> {
    setBusy(true);
    const body = { email, password: password.current?.value ?? "" };
    const { data } = await api.POST("/api/session", { body }).catch(() => ({ data: undefined }));
    setBusy(false);
    if (data === undefined) {
      setProblem(signIn.refused);
      return;
    }
    takeCsrfToken(data.csrfToken);
    finish(true);
  }

  return (
    <Dialog isOpen={isOpen} onClose={() => finish(false)} title={shell.sessionEnded}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{shell.sessionEndedWhy}</p>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          ref={password}
          label={signIn.password}
          autoComplete="current-password"
          required
          data-autofocus
          error={problem}
          mt={12}
          mb={12}
        />
        <Button type="submit" loading={isBusy}>
          {signIn.submit}
        </Button>
      </form>
    </Dialog>
  );
}
