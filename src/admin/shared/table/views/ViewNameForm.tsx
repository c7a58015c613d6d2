import { Button } from "@mantine/core";
import { savedViewInput } from "../../../../domain/user/preferences.ts";
import { TextField } from "../../form/fields.tsx";
import { FormProblem } from "../../form/FormProblem.tsx";
import { useBodyForm } from "../../form/useBodyForm.ts";
import classes from "./Views.module.css";

interface Named {
  readonly name: string;
}

const schema = savedViewInput.pick({ name: true });

/** What a view is called. */
export function ViewNameForm({
  label,
  name,
  verb,
  send,
}: {
  readonly label: string;
  readonly name: string;
  readonly verb: string;
  readonly send: (name: string) => Promise<void>;
}) {
  const { form, submit, isBusy, problem } = useBodyForm<Named, Named, null>({
    defaults: { name },
    toBody: (typed) => typed,
    schema,
    send: async (body) => {
      await send(body.name);
      return null;
    },
    onSaved: () => form.reset({ name: "" }),
    onDone: () => undefined,
  });
  const { control, formState } = form;
  return (
    <form className={classes["name"]} onSubmit={(event) => void submit(event)} noValidate>
      <FormProblem
        errors={formState.errors}
        submitCount={formState.submitCount}
        problem={problem}
        labels={{ name: label }}
      />
      <TextField control={control} name="name" label={label} />
      <Button type="submit" loading={isBusy}>
        {verb}
      </Button>
    </form>
  );
}
