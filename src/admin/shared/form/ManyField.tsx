import { NativeSelect } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { useTexts } from "../../texts/texts.ts";
import { Chips } from "./Chips.tsx";
import { type FieldProps, type Option, useField } from "./fields.tsx";
import { firstMessage } from "./firstMessage.ts";
import { useValues } from "./TagsField.tsx";

/** Several of a list: choosing one adds it. */
export function ManyField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { fields } = useTexts();
  const { common, fieldError } = useField(props);
  const [values, setValues] = useValues(props);
  const labelOf = (value: string): string =>
    props.options.find((option) => option.value === value)?.label ?? value;
  return (
    <div>
      <NativeSelect
        {...common}
        error={firstMessage(fieldError)}
        value=""
        data={[
          { value: "", label: fields.addOne },
          ...props.options.filter(({ value }) => !values.includes(value)),
        ]}
        onChange={({ currentTarget: { value } }) => {
          if (value !== "") setValues([...values, value]);
        }}
      />
      <Chips
        label={props.label}
        chips={values.map((value) => ({ value, label: labelOf(value) }))}
        onRemove={(value) => {
          setValues(values.filter((one) => one !== value));
          document.getElementById(common.id)?.focus();
        }}
      />
    </div>
  );
}
