import { merchantInput } from "../../../domain/merchant/input.ts";
import { TextField } from "../../shared/form/fields.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
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
  const { form, submit, isBusy, problem } = useBodyForm<{ name: string }, MerchantInput, Merchant>({
    defaults: { name },
    toBody: (typed) => typed,
    schema: merchantInput,
    send,
    onDone: (merchant) => {
      onClose();
      onDone(merchant);
    },
  });
  const { control, formState } = form;
  return (
    <Dialog onClose={onClose} title={title}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={places.fields}
        />
        <TextField control={control} name="name" label={places.fields.name} />
        <FormFoot submit={shell.save} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
