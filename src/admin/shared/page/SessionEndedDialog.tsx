import { api, takeCsrfToken } from "../../api/client.ts";
import { useTexts } from "../../texts/texts.ts";
import { PasswordDialog } from "../dialog/PasswordDialog.tsx";

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

  async function send(password: string): Promise<string | null> {
    const body = { email, password };
    const { data } = await api.POST("/api/session", { body }).catch(() => ({ data: undefined }));
    if (data === undefined) return signIn.refused;
    takeCsrfToken(data.csrfToken);
    onDone(true);
    return null;
  }

  return (
    <PasswordDialog
      title={shell.sessionEnded}
      why={isIdle ? shell.idle.ended : shell.sessionEndedWhy}
      submitLabel={signIn.submit}
      email={email}
      send={send}
      onClose={() => onDone(false)}
    />
  );
}
