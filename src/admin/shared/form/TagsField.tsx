import { TextInput } from "@mantine/core";
import { useState } from "react";
import { type FieldValues, type FieldPath, useController } from "react-hook-form";
import { Chips } from "./Chips.tsx";
import { type FieldProps, useField } from "./fields.tsx";
import { firstMessage } from "./firstMessage.ts";

/** Several short codes: Enter, a comma or leaving the field adds what is typed; what is pasted is split. */
export function TagsField<Form extends FieldValues>(props: FieldProps<Form>) {
  const { common, fieldError } = useField(props);
  const [values, setValues] = useValues(props);
  const [typed, setTyped] = useState("");

  function take(text: string): void {
    const added = text.split(/[\s,;]+/).filter((one) => one !== "" && !values.includes(one));
    if (added.length > 0) setValues([...values, ...new Set(added)]);
    setTyped("");
  }

  return (
    <div>
      <TextInput
        {...common}
        error={firstMessage(fieldError)}
        value={typed}
        autoComplete="off"
        onChange={({ currentTarget: { value } }) => {
          if (/[\s,;]/.test(value)) take(value);
          else setTyped(value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || typed === "") return;
          event.preventDefault();
          take(typed);
        }}
        onBlur={() => take(typed)}
      />
      <Chips
        label={props.label}
        chips={values.map((value) => ({ value, label: value }))}
        onRemove={(value) => {
          setValues(values.filter((one) => one !== value));
          document.getElementById(common.id)?.focus();
        }}
      />
    </div>
  );
}

/** The values of a field that holds several texts. */
export function useValues<Form extends FieldValues>({
  control,
  name,
}: FieldProps<Form>): readonly [values: readonly string[], set: (values: readonly string[]) => void] {
  const { field } = useController<Form, FieldPath<Form>>({ control, name });
  return [textsOf(field.value), (next) => field.onChange(next)];
}

function textsOf(held: unknown): readonly string[] {
  return Array.isArray(held) ? held.filter((one: unknown) => typeof one === "string") : [];
}
