import { z } from "zod";
import { passwordFlaw } from "../../../domain/user/passwords.ts";
import { SecretField } from "../../shared/form/SecretField.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
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
  const own = useBodyForm<PasswordFields, PasswordFields, null>({
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
    onSaved: () => own.form.reset(EMPTY),
    onDone: () => say(words.done),
  });
  const { control } = own.form;
  return (
    <FormFrame of={own} labels={fields} verb={words.submit} onCancel={() => own.form.reset(EMPTY)}>
      <SecretField
        control={control}
        name="oldPassword"
        label={fields.oldPassword}
        autoComplete="current-password"
      />
      <SecretField control={control} name="password" label={fields.password} help={people.passwordHelp} />
      <SecretField control={control} name="repeated" label={fields.repeated} />
    </FormFrame>
  );
}
