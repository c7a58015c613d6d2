import { WEBHOOK_TYPES } from "../../../domain/webhook/types.ts";
import { type WebhookInput, webhookInput } from "../../../domain/webhook/input.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { Conflict, type Theirs } from "../../shared/form/Conflict.tsx";
import { LongTextField, TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { ManyField } from "../../shared/form/ManyField.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { type Revision, useRevision } from "../../shared/form/useRevision.ts";
import { useTexts } from "../../texts/texts.ts";

/** As it is typed. */
export interface WebhookForm {
  url: string;
  description: string;
  types: string[];
}

const OPTIONS = WEBHOOK_TYPES.filter((type) => type !== "webhook.test").map((type) => ({
  value: type,
  label: type,
}));

export function WebhookDialog<Answer>({
  title,
  verb,
  first,
  load,
  send,
  onDone,
  onClose,
}: {
  readonly title: string;
  readonly verb: string;
  readonly first: Revision<WebhookForm>;
  /** What is there by now, where somebody else has saved it; null: a new one. */
  readonly load: (() => Promise<Theirs<WebhookForm>>) | null;
  readonly send: (
    body: WebhookInput,
    writing: { readonly etag: string | null; readonly intent: string },
  ) => Promise<Answer>;
  readonly onDone: (answer: Answer) => void;
  readonly onClose: () => void;
}) {
  const { fields, urlHelp, typesHelp } = useTexts().webhooks;
  const labels = { url: fields.url, description: fields.description, types: fields.types };
  const revision = useRevision(first);
  const own = useBodyForm<WebhookForm, WebhookInput, Answer>({
    defaults: revision.form,
    toBody: ({ types, ...typed }) => ({ ...typed, types: types.length === 0 ? null : types }),
    schema: webhookInput,
    send: async (body, intent) => await send(body, { etag: revision.etag(), intent }),
    onDone: (answer) => {
      onClose();
      onDone(answer);
    },
  });
  const { control } = own.form;
  return (
    <Dialog onClose={onClose} title={title}>
      <FormFrame of={own} labels={labels} verb={verb} onCancel={onClose}>
        {load === null ? null : (
          <Conflict
            own={own}
            revision={revision}
            units={async () =>
              (await import("../../shared/form/compare.ts")).unitsOf(revision.form, labels, () => null)
            }
            load={load}
          />
        )}
        <TextField control={control} name="url" label={fields.url} help={urlHelp} />
        <ManyField
          control={control}
          name="types"
          label={fields.types}
          help={typesHelp}
          options={OPTIONS}
          isOptional
        />
        <LongTextField control={control} name="description" label={fields.description} isOptional />
      </FormFrame>
    </Dialog>
  );
}
