import { Button } from "@mantine/core";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { SecretField } from "../../shared/form/SecretField.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { useTexts } from "../../texts/texts.ts";
import type { Passwords } from "./newPasswordSchema.ts";
import { acceptInvitation } from "./queries.ts";

export function NewPasswordForm({
  token,
  email,
  onDone,
}: {
  readonly token: string;
  readonly email: string;
  readonly onDone: () => void;
}) {
  const { account, people, signIn } = useTexts();
  const { fields } = account;
  const { form, submit, isBusy, problem } = useBodyForm<Passwords, Passwords, null>({
    defaults: { password: "", repeated: "" },
    toBody: (typed) => typed,
    schema: async () => {
      const { newPasswordSchema } = await import("./newPasswordSchema.ts");
      return newPasswordSchema(email, { tooShort: people.passwordShort, differs: account.password.differs });
    },
    send: async ({ password }) => {
      await acceptInvitation(token, password);
      return null;
    },
    onDone,
  });
  const { control, formState } = form;
  return (
    <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
      <FormProblem
        errors={formState.errors}
        submitCount={formState.submitCount}
        problem={problem}
        labels={fields}
      />
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <SecretField control={control} name="password" label={fields.password} help={people.passwordHelp} />
      <SecretField control={control} name="repeated" label={fields.repeated} />
      <Button type="submit" loading={isBusy} fullWidth>
        {signIn.invitation.submit}
      </Button>
    </form>
  );
}
