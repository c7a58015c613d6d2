import { useTexts } from "../../texts/texts.ts";
import { createWebhook } from "./queries.ts";
import { WebhookDialog } from "./WebhookDialog.tsx";

export function NewWebhookDialog({
  onDone,
  onClose,
}: {
  /** With the secret, which is answered once. */
  readonly onDone: (secret: string) => void;
  readonly onClose: () => void;
}) {
  const { webhooks } = useTexts();
  return (
    <WebhookDialog
      title={webhooks.create}
      verb={webhooks.make}
      first={{ form: { url: "", description: "", types: [] }, etag: null }}
      load={null}
      send={async (body, { intent }) => (await createWebhook(body, intent)).secret}
      onDone={onDone}
      onClose={onClose}
    />
  );
}
