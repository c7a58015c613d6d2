import { MultiSelect } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { type FieldProps, type Option, useField } from "./fields.tsx";
import { firstMessage } from "./firstMessage.ts";

/** Several of many, found by what is typed. */
export function ManyField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { field, common, fieldError } = useField(props);
  return (
    <MultiSelect
      {...common}
      error={firstMessage(fieldError)}
      value={field.value}
      onChange={field.onChange}
      onBlur={field.onBlur}
      data={[...props.options]}
      searchable
      autoComplete="off"
    />
  );
}
