import type { FieldValues } from "react-hook-form";
import { Choice } from "./Choice.tsx";
import { type FieldProps, type Option, useField } from "./fields.tsx";

/** One of a few, all of them in sight: what is chosen may show other fields. */
export function ModeField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { field, common } = useField(props);
  return (
    <Choice
      id={common.id}
      label={props.label}
      help={common.description}
      options={props.options}
      value={field.value}
      onChange={field.onChange}
      onBlur={field.onBlur}
    />
  );
}
