import type { FieldValues } from "react-hook-form";
import { DateTimeField } from "../time/DateTimeField.tsx";
import { type FieldProps, useField } from "./fields.tsx";

/** A date and a time; empty is none. */
export function MomentField<Form extends FieldValues>(props: FieldProps<Form>) {
  const { field, common } = useField(props);
  return (
    <DateTimeField
      id={common.id}
      label={common.label}
      value={field.value}
      onChange={field.onChange}
      error={common.error}
      description={common.description}
    />
  );
}
