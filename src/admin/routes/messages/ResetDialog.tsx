import type { Answered } from "../../api/client.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type Messages, type MessageText, resetText } from "./queries.ts";

/** Back to what counts without it, which is told. */
export function ResetDialog({
  text,
  data: { body, etag },
  onClose,
}: {
  readonly text: MessageText;
  readonly data: Answered<Messages>;
  readonly onClose: () => void;
}) {
  const { messages: words } = useTexts();
  return (
    <ConfirmDialog
      title={words.reset}
      verb={words.reset}
      act={async (intent) => await resetText(body.programme, text, { etag, intent })}
      done={words.resetDone}
      onClose={onClose}
    >
      <p>{words.resetWhy}</p>
      <p lang={text.language}>{text.inherited.other}</p>
    </ConfirmDialog>
  );
}
