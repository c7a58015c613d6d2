import { keyInput } from "../../../domain/key/input.ts";
import { TextField } from "../../shared/form/fields.tsx";
import { FormFrame } from "../../shared/form/FormFrame.tsx";
import { useBodyForm } from "../../shared/form/useBodyForm.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { ALL, refuseBlindness, scopeOf } from "../users/access.ts";
import { type AccessForm, AccessFields } from "../users/ScopeFields.tsx";
import { createKey, type KeyInput } from "./queries.ts";

interface KeyForm extends AccessForm {
  readonly name: string;
}

export function NewKeyDialog({
  onDone,
  onClose,
}: {
  /** With the key, which is answered once. */
  readonly onDone: (key: string) => void;
  readonly onClose: () => void;
}) {
  const { people } = useTexts();
  const { fields, keys } = people;
  const own = useBodyForm<KeyForm, KeyInput, string>({
    defaults: { name: "", role: "USER", scope: ALL },
    toBody: ({ name, role, scope }) => ({ name, role, scope: scopeOf(role, scope) }),
    schema: keyInput.superRefine((body, context) => refuseBlindness(body, context, people.scope)),
    send: createKey,
    onDone: (key) => {
      onClose();
      onDone(key);
    },
  });
  const { control } = own.form;
  return (
    <Dialog onClose={onClose} title={keys.create}>
      <FormFrame of={own} labels={fields} verb={keys.make} onCancel={onClose}>
        <TextField control={control} name="name" label={fields.name} help={keys.nameHelp} />
        <AccessFields
          control={control}
          names={{
            role: "role",
            icas: "scope.icas",
            merchantIds: "scope.merchantIds",
            locationIds: "scope.locationIds",
          }}
        />
      </FormFrame>
    </Dialog>
  );
}
