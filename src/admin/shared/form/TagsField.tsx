import { TagsInput } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { type FieldProps, useField } from "./fields.tsx";
import { firstMessage } from "./firstMessage.ts";

/** Several short codes: Enter or a comma adds one, and what is pasted is split. */
export function TagsField<Form extends FieldValues>(props: FieldProps<Form>) {
  const { field, common, fieldError } = useField(props);
  return (
    <TagsInput
      {...common}
      error={firstMessage(fieldError)}
      value={field.value}
      onChange={field.onChange}
      onBlur={field.onBlur}
      splitChars={[",", " ", ";", "\n"]}
      acceptValueOnBlur
      autoComplete="off"
    />
  );
}
