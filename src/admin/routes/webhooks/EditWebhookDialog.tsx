import { asOfNow } from "../../api/queryClient.ts";
import type { Answered } from "../../api/client.ts";
import type { Revision } from "../../shared/form/useRevision.ts";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { changeWebhook, type Webhook, webhookQuery } from "./queries.ts";
import { WebhookDialog, type WebhookForm } from "./WebhookDialog.tsx";

export function EditWebhookDialog({
  data,
  onClose,
}: {
  readonly data: Answered<Webhook>;
  readonly onClose: () => void;
}) {
  const { webhooks, shell } = useTexts();
  const { id } = data.body;
  return (
    <WebhookDialog
      title={webhooks.editTitle}
      verb={shell.save}
      first={revisionOf(data)}
      load={async () => {
        const now = await asOfNow(webhookQuery(id));
        return { ...revisionOf(now), by: now.body.modifiedBy, at: now.body.modifiedAt };
      }}
      send={async (body, writing) => await changeWebhook(id, body, writing)}
      onDone={() => say(webhooks.saved)}
      onClose={onClose}
    />
  );
}

function revisionOf({ body, etag }: Answered<Webhook>): Revision<WebhookForm> {
  const { url, description, types } = body;
  return { form: { url, description, types: [...(types ?? [])] }, etag };
}
