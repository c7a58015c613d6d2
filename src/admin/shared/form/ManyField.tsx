import type { FieldValues } from "react-hook-form";
import { ChipsInput } from "./ChipsInput.tsx";
import { type FieldProps, type Option, useField } from "./fields.tsx";
import { firstMessage } from "./firstMessage.ts";
import { textsOf } from "./textsOf.ts";

/** Several of many, found by their names or their values as they are typed. */
export function ManyField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { field, common, fieldError } = useField(props);
  const { options } = props;
  const values = textsOf(field.value);
  const byName = new Map(options.map(({ value, label }) => [label, value]));
  const names = new Map(options.map(({ value, label }) => [value, label]));
  return (
    <ChipsInput
      {...common}
      error={firstMessage(fieldError)}
      values={values}
      onChange={field.onChange}
      onBlur={field.onBlur}
      nameOf={(value) => names.get(value) ?? value}
      taken={(typed, isDone) => {
        const exact = byName.get(typed) ?? (names.has(typed) ? typed : undefined);
        if (exact !== undefined) return [exact];
        if (!isDone || typed.trim() === "") return [];
        const wanted = typed.trim().toLowerCase();
        const found = options.filter(({ label }) => label.toLowerCase().startsWith(wanted));
        const [only] = found;
        return only !== undefined && found.length === 1 ? [only.value] : [];
      }}
      suggestions={options.flatMap(({ value, label }) => (values.includes(value) ? [] : [label]))}
    />
  );
}
