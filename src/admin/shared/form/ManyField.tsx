import { MultiSelect } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { type FieldProps, type Option, useField } from "./fields.tsx";

/** Several of many, found by what is typed. In a file of its own: what places its list is large. */
export function ManyField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { field, common } = useField(props);
  const chosen: unknown = field.value;
  return (
    <MultiSelect
      {...common}
      {...field}
      value={Array.isArray(chosen) ? chosen.filter((one) => typeof one === "string") : []}
      data={[...props.options]}
      searchable
      hidePickedOptions
      autoComplete="off"
      // Within a dialog, above which nothing else of the page stands.
      comboboxProps={{ withinPortal: false }}
    />
  );
}
