import { z } from "zod";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { LongTextField, TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { disableWebhook, replayWebhook, type Webhook } from "./queries.ts";

const MOST_REASON = 500;
const MOST_POSITION = 200;

/** Nothing is sent from now on, for a reason that is kept. */
export function DisableDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { webhooks } = useTexts();
  const own = useBodyForm<{ reason: string }, { reason: string }, null>({
    defaults: { reason: "" },
    toBody: (typed) => typed,
    schema: z.object({ reason: z.string().trim().min(1).max(MOST_REASON) }),
    send: async ({ reason }, intent) => {
      await disableWebhook(id, reason, intent);
      return null;
    },
    onDone: () => {
      say(webhooks.disabled);
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title={webhooks.disableTitle}>
      <FormFrame
        of={own}
        labels={{ reason: webhooks.fields.reason }}
        verb={webhooks.disable}
        onCancel={onClose}
      >
        <p>{webhooks.disableWhy}</p>
        <LongTextField control={own.form.control} name="reason" label={webhooks.fields.reason} />
      </FormFrame>
    </Dialog>
  );
}

/** It is told again what happened: the dialog says what that means before anything is sent. */
export function ReplayDialog({
  webhook: { id, standing },
  onClose,
}: {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}) {
  const { webhooks } = useTexts();
  const own = useBodyForm<{ from: string }, { from: string }, null>({
    defaults: { from: standing.disabledPosition ?? "" },
    toBody: (typed) => typed,
    schema: z.object({ from: z.string().trim().max(MOST_POSITION) }),
    send: async ({ from }, intent) => {
      await replayWebhook(id, from, intent);
      return null;
    },
    onDone: () => {
      say(webhooks.replayed);
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} title={webhooks.replayTitle}>
      <FormFrame
        of={own}
        labels={{ from: webhooks.fields.from }}
        verb={webhooks.replayVerb}
        onCancel={onClose}
      >
        <p>{webhooks.replayWhy}</p>
        {standing.disabledPosition === null ? null : <p>{webhooks.replayFromDisabled}</p>}
        <TextField
          control={own.form.control}
          name="from"
          label={webhooks.fields.from}
          help={webhooks.replayFromHelp}
          isOptional
        />
      </FormFrame>
    </Dialog>
  );
}
