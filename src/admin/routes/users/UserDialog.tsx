import { Button } from "@mantine/core";
import { useState } from "react";
import { useWatch } from "react-hook-form";
import { z } from "zod";
import { hasSoundScope, ADMIN_SCOPE } from "../../../domain/user/access.ts";
import { userInput } from "../../../domain/user/input.ts";
import { passwordFlaw } from "../../../domain/user/passwords.ts";
import { TextField } from "../../shared/form/fields.tsx";
import { SecretField } from "../../shared/form/SecretField.tsx";
import { ModeField } from "../../shared/form/ModeField.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import classes from "../../shared/form/form.module.css";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { ALL, formOf, refuseBlindness, scopeOf } from "./access.ts";
import { newPassword } from "./newPassword.ts";
import { type AccessForm, AccessFields } from "./ScopeFields.tsx";
import type { User, UserInput } from "./queries.ts";

interface UserForm extends AccessForm {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly password: string;
  /** Of a new one. */
  readonly access: string;
}

export interface UserDialogProps {
  readonly title: string;
  /** Null: a new one. */
  readonly user: User | null;
  readonly send: (body: UserInput, intent: string) => Promise<User>;
  /** @param secret the password, where it was made here: to be shown once */
  readonly onDone: (user: User, secret: string | null) => void;
  readonly onClose: () => void;
}

export function UserDialog({ title, user, send, onDone, onClose }: UserDialogProps) {
  const { people, shell } = useTexts();
  const { fields } = people;
  const [made, setMade] = useState<string | null>(null);
  const { form, submit, isBusy, problem } = useBodyForm<UserForm, UserInput, User>({
    defaults: {
      firstName: user?.firstName ?? "",
      lastName: user?.lastName ?? "",
      email: user?.email ?? "",
      role: user?.role ?? "USER",
      scope: user === null ? ALL : formOf(user.scope),
      password: "",
      access: user === null ? "INVITE" : "PASSWORD",
    },
    toBody: ({ scope, password, access, ...typed }) => ({
      ...typed,
      email: typed.email.trim(),
      scope: scopeOf(typed.role, scope),
      ...(access === "PASSWORD" && (user === null || password !== "") ? { password } : {}),
    }),
    schema: schemaOf(people),
    send,
    onDone: (done) => {
      onClose();
      onDone(done, made !== null && made === form.getValues("password") ? made : null);
    },
  });
  const { control, formState } = form;
  const access = useWatch({ control, name: "access" });
  return (
    <Dialog onClose={onClose} title={title}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
        <FormProblem
          errors={formState.errors}
          submitCount={formState.submitCount}
          problem={problem}
          labels={fields}
        />
        <div className={classes["pair"]}>
          <TextField control={control} name="firstName" label={fields.firstName} />
          <TextField control={control} name="lastName" label={fields.lastName} />
        </div>
        <TextField control={control} name="email" label={fields.email} type="email" />
        <AccessFields
          control={control}
          names={{
            role: "role",
            icas: "scope.icas",
            merchantIds: "scope.merchantIds",
            locationIds: "scope.locationIds",
          }}
        />
        {user === null ? (
          <ModeField
            control={control}
            name="access"
            label={people.access.title}
            help={people.access.inviteHelp}
            options={[
              { value: "INVITE", label: people.access.INVITE },
              { value: "PASSWORD", label: people.access.PASSWORD },
            ]}
          />
        ) : null}
        <div hidden={access !== "PASSWORD"}>
          <SecretField
            control={control}
            name="password"
            label={user === null ? fields.password : fields.newPassword}
            help={user === null ? people.passwordHelp : people.newPasswordHelp}
            isOptional={user !== null}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              const secret = newPassword();
              setMade(secret);
              form.setValue("password", secret, { shouldDirty: true, shouldValidate: true });
            }}
          >
            {people.generate}
          </Button>
        </div>
        <FormFoot submit={shell.save} isBusy={isBusy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

const FEWEST = 12;
const MOST = 200;

function schemaOf(words: Texts["people"]): z.ZodType<UserInput> {
  const password = z.string().min(FEWEST, words.passwordShort).max(MOST);
  return userInput
    .extend({ password: password.optional() })
    .refine(hasSoundScope, ADMIN_SCOPE)
    .superRefine((body, context) => {
      refuseBlindness(body, context, words.scope);
      const flaw = body.password === undefined ? null : passwordFlaw(body.password, body.email);
      if (flaw !== null) context.addIssue({ code: "custom", path: ["password"], message: flaw });
    });
}
