import { merchantInput } from "../../../domain/merchant/input.ts";
import { Conflict, type Theirs } from "../../shared/form/Conflict.tsx";
import { TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { type Revision, useRevision } from "../../shared/form/useRevision.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Merchant, MerchantInput } from "./queries.ts";

/** As it is typed. */
export interface MerchantForm {
  name: string;
}

export function MerchantDialog({
  title,
  first,
  load,
  send,
  onDone,
  onClose,
}: {
  readonly title: string;
  readonly first: Revision<MerchantForm>;
  /** What is there by now, where somebody else has saved it; null: a new one. */
  readonly load: (() => Promise<Theirs<MerchantForm>>) | null;
  readonly send: (
    body: MerchantInput,
    writing: { readonly etag: string | null; readonly intent: string },
  ) => Promise<Merchant>;
  readonly onDone: (merchant: Merchant) => void;
  readonly onClose: () => void;
}) {
  const { places, shell } = useTexts();
  const { name } = places.fields;
  const revision = useRevision(first);
  const own = useBodyForm<MerchantForm, MerchantInput, Merchant>({
    defaults: revision.form,
    toBody: (typed) => typed,
    schema: merchantInput,
    send: async (body, intent) => await send(body, { etag: revision.etag(), intent }),
    onDone: (merchant) => {
      onClose();
      onDone(merchant);
    },
  });
  const { control } = own.form;
  return (
    <Dialog onClose={onClose} title={title}>
      <FormFrame of={own} labels={places.fields} verb={shell.save} onCancel={onClose}>
        {load === null ? null : (
          <Conflict
            own={own}
            revision={revision}
            units={async () =>
              (await import("../../shared/form/compare.ts")).unitsOf(revision.form, { name }, () => null)
            }
            load={load}
          />
        )}
        <TextField control={control} name="name" label={name} />
      </FormFrame>
    </Dialog>
  );
}
