import { Button, PasswordInput } from "@mantine/core";
import { type ReactNode, useRef, useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "./Dialog.tsx";

/** Asks for the password of whoever is there, over the page. The password is nowhere but in its field. */
export function PasswordDialog({
  title,
  why,
  submitLabel,
  email,
  send,
  onClose,
}: {
  readonly title: string;
  readonly why: ReactNode;
  readonly submitLabel: string;
  readonly email: string;
  /** Answers what is wrong; null: nothing is. */
  readonly send: (password: string) => Promise<string | null>;
  readonly onClose: () => void;
}) {
  const { shell, signIn } = useTexts();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  async function submit(): Promise<void> {
    setBusy(true);
    const wrong = await send(password.current?.value ?? "");
    setBusy(false);
    if (wrong !== null) setProblem(wrong);
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{why}</p>
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
          {submitLabel}
        </Button>
      </form>
    </Dialog>
  );
}
