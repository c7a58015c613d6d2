import { Button, PasswordInput } from "@mantine/core";
import { useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";

/** What is dangerous wants the password again, over the page; then it goes on. */
export function ConfirmationDialog({
  email,
  onDone,
}: {
  readonly email: string;
  readonly onDone: (isConfirmed: boolean) => void;
}) {
  const { shell, signIn } = useTexts();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  async function submit(): Promise<void> {
    setBusy(true);
    const body = { password: password.current?.value ?? "" };
    const answer = await api.POST("/api/session/confirmation", { body }).catch(() => null);
    setBusy(false);
    if (answer?.response.ok === true) {
      onDone(true);
      return;
    }
    const seconds = Number(answer?.response.headers.get("retry-after") ?? 1);
    const { states } = shell;
    const status = answer?.response.status;
    setProblem(
      status === 422
        ? shell.confirmation.wrong
        : status === 429
          ? states.tooMany(seconds)
          : states.unreachable,
    );
  }

  return (
    <Dialog title={shell.confirmation.title} onClose={() => onDone(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{shell.confirmation.why}</p>
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
          {shell.confirmation.submit}
        </Button>
      </form>
    </Dialog>
  );
}
