import { Button, PasswordInput } from "@mantine/core";
import { useRef, useState } from "react";
import { api, takeCsrfToken } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";

/** Somebody whose session has ended signs in over the page, and what was asked goes on: nothing typed is lost. */
export function SessionEndedDialog({
  email,
  isIdle,
  onDone,
}: {
  readonly email: string;
  /** Nobody was there for too long. */
  readonly isIdle: boolean;
  readonly onDone: (isOpenAgain: boolean) => void;
}) {
  const { shell, signIn } = useTexts();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);

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
    onDone(true);
  }

  return (
    <Dialog title={shell.sessionEnded} onClose={() => onDone(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{isIdle ? shell.idle.ended : shell.sessionEndedWhy}</p>
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
          visibilityToggleButtonProps={{ "aria-label": shell.showPassword }}
        />
        <Button type="submit" loading={isBusy}>
          {signIn.submit}
        </Button>
      </form>
    </Dialog>
  );
}
