import { api } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.ts";
import { PasswordDialog } from "../dialog/PasswordDialog.tsx";

/** What is dangerous wants the password again, over the page; then it goes on. */
export function ConfirmationDialog({
  email,
  onDone,
}: {
  readonly email: string;
  readonly onDone: (isConfirmed: boolean) => void;
}) {
  const { confirmation, states } = useTexts().shell;

  async function send(password: string): Promise<string | null> {
    const answer = await api.POST("/api/session/confirmation", { body: { password } }).catch(() => null);
    if (answer?.response.ok === true) {
      onDone(true);
      return null;
    }
    const seconds = Number(answer?.response.headers.get("retry-after") ?? 1);
    const status = answer?.response.status;
    return status === 422
      ? confirmation.wrong
      : status === 429
        ? states.tooMany(seconds)
        : states.unreachable;
  }

  return (
    <PasswordDialog
      title={confirmation.title}
      why={confirmation.why}
      submitLabel={confirmation.submit}
      email={email}
      send={send}
      onClose={() => onDone(false)}
    />
  );
}
