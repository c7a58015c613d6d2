import { merchantInput } from "../../../domain/merchant/input.ts";
import { TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Merchant, MerchantInput } from "./queries.ts";

export function MerchantDialog({
  title,
  name,
  send,
  onDone,
  onClose,
}: {
  readonly title: string;
  readonly name: string;
  readonly send: (body: MerchantInput, intent: string) => Promise<Merchant>;
  readonly onDone: (merchant: Merchant) => void;
  readonly onClose: () => void;
}) {
  const { places, shell } = useTexts();
  const own = useBodyForm<{ name: string }, MerchantInput, Merchant>({
    defaults: { name },
    toBody: (typed) => typed,
    schema: merchantInput,
    send,
    onDone: (merchant) => {
      onClose();
      onDone(merchant);
    },
  });
  const { control } = own.form;
  return (
    <Dialog onClose={onClose} title={title}>
      <FormFrame of={own} labels={places.fields} verb={shell.save} onCancel={onClose}>
        <TextField control={control} name="name" label={places.fields.name} />
      </FormFrame>
    </Dialog>
  );
}
