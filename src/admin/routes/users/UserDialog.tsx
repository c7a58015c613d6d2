import { Button } from "@mantine/core";
import { useState } from "react";
import { useWatch } from "react-hook-form";
import { z } from "zod";
import { ADMIN_SCOPE, hasSoundScope, ROLES } from "../../../domain/user/access.ts";
import { userInput } from "../../../domain/user/input.ts";
import { passwordFlaw } from "../../../domain/user/passwords.ts";
import type { Answered } from "../../api/client.ts";
import { Conflict } from "../../shared/form/Conflict.tsx";
import { TextField } from "../../shared/form/fields.tsx";
import { SecretField } from "../../shared/form/SecretField.tsx";
import { ModeField } from "../../shared/form/ModeField.tsx";
import { FormFoot } from "../../shared/form/FormFoot.tsx";
import { FormProblem } from "../../shared/form/FormProblem.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { type Revision, useRevision } from "../../shared/form/useRevision.ts";
import classes from "../../shared/form/form.module.css";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { ALL, formOf, refuseBlindness, scopeInWords, scopeOf } from "./access.ts";
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
  readonly user: Answered<User> | null;
  /** What is there by now, where somebody else has saved it; null: a new one. */
  readonly load: (() => Promise<Answered<User>>) | null;
  readonly send: (
    body: UserInput,
    writing: { readonly etag: string | null; readonly intent: string },
  ) => Promise<User>;
  /** @param secret the password, where it was made here: to be shown once */
  readonly onDone: (user: User, secret: string | null) => void;
  readonly onClose: () => void;
}

export function UserDialog({ title, user, load, send, onDone, onClose }: UserDialogProps) {
  const { people, shell } = useTexts();
  const { fields } = people;
  const [made, setMade] = useState<string | null>(null);
  const revision = useRevision(user === null ? { form: EMPTY, etag: null } : revisionOf(user));
  const own = useBodyForm<UserForm, UserInput, User>({
    defaults: revision.form,
    toBody: ({ scope, password, access, ...typed }) => ({
      ...typed,
      email: typed.email.trim(),
      scope: scopeOf(typed.role, scope),
      ...(access === "PASSWORD" && (user === null || password !== "") ? { password } : {}),
    }),
    schema: schemaOf(people),
    send: async (body, intent) => await send(body, { etag: revision.etag(), intent }),
    onDone: (done) => {
      onClose();
      onDone(done, made !== null && made === form.getValues("password") ? made : null);
    },
  });
  const { form, submit, isBusy, problem } = own;
  const { control, formState } = form;
  const { firstName, lastName, email, role, scope } = fields;
  const words = (name: string, value: unknown): string | null =>
    ROLES.filter((one) => name === "role" && one === value).map((one) => shell.roles[one])[0] ?? null;
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
        {load === null ? null : (
          <Conflict
            own={own}
            revision={revision}
            units={async () => {
              const { unitsOf } = await import("../../shared/form/compare.ts");
              return [
                ...unitsOf(revision.form, { firstName, lastName, email, role }, words),
                {
                  label: scope,
                  read: (one) => one.scope,
                  words: (one) => scopeInWords(scopeOf(one.role, one.scope), people.scope),
                  take: (into, from) => ({ ...into, scope: from.scope }),
                },
              ];
            }}
            load={async () => {
              const now = await load();
              const { form: theirs, etag } = revisionOf(now);
              // A password is nobody else's: what was typed stays.
              const kept = { ...theirs, password: form.getValues("password") };
              return { form: kept, etag, by: now.body.modifiedBy, at: now.body.modifiedAt };
            }}
          />
        )}
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

const EMPTY: UserForm = {
  firstName: "",
  lastName: "",
  email: "",
  role: "USER",
  scope: ALL,
  password: "",
  access: "INVITE",
};

function revisionOf({ body, etag }: Answered<User>): Revision<UserForm> {
  const { firstName, lastName, email, role, scope } = body;
  return {
    form: { firstName, lastName, email, role, scope: formOf(scope), password: "", access: "PASSWORD" },
    etag,
  };
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
