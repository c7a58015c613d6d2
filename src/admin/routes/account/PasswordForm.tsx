import { z } from "zod";
import { passwordFlaw } from "../../../domain/user/passwords.ts";
import { SecretField } from "../../shared/form/SecretField.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { changePassword, type PasswordChange } from "./queries.ts";

interface PasswordFields extends PasswordChange {
  readonly repeated: string;
}

const FEWEST = 12;
const MOST = 200;
const EMPTY = { oldPassword: "", password: "", repeated: "" };

export function PasswordForm({ email }: { readonly email: string }) {
  const { account, people } = useTexts();
  const { password: words, fields } = account;
  const { form, submit, isBusy, problem } = useBodyForm<PasswordFields, PasswordFields, null>({
    defaults: EMPTY,
    toBody: (typed) => typed,
    schema: z
      .object({
        oldPassword: z.string().min(1).max(MOST),
        password: z.string().min(FEWEST, people.passwordShort).max(MOST),
        repeated: z.string(),
      })
      .superRefine(({ password, repeated }, context) => {
        const flaw = passwordFlaw(password, email);
        if (flaw !== null) context.addIssue({ code: "custom", path: ["password"], message: flaw });
        if (password !== repeated)
          context.addIssue({ code: "custom", path: ["repeated"], message: words.differs });
      }),
    send: async ({ oldPassword, password }) => {
      await changePassword({ oldPassword, password });
      return null;
    },
    onDone: () => {
      form.reset(EMPTY);
      say(words.done);
    },
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
      <SecretField
        control={control}
        name="oldPassword"
        label={fields.oldPassword}
        autoComplete="current-password"
      />
      <SecretField control={control} name="password" label={fields.password} help={people.passwordHelp} />
      <SecretField control={control} name="repeated" label={fields.repeated} />
      <FormFoot submit={words.submit} isBusy={isBusy} onCancel={() => form.reset(EMPTY)} />
    </form>
  );
}
