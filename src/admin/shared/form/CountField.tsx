import { TextInput } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { Check } from "./Check.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type FieldProps, useField } from "./fields.tsx";
import classes from "./form.module.css";

const UNLIMITED = "UNLIMITED";

/** A number of units as text, or no end of them. */
export function CountField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly readOnly?: string | undefined },
) {
  const { fields } = useTexts();
  const { readOnly } = props;
  const { field, common } = useField(readOnly === undefined ? props : { ...props, help: readOnly });
  const isUnlimited = field.value === UNLIMITED;
  return (
    <div className={classes["count"]}>
      <TextInput
        {...common}
        {...field}
        value={isUnlimited ? "" : field.value}
        placeholder={isUnlimited ? fields.unlimited : undefined}
        readOnly={isUnlimited || readOnly !== undefined}
        inputMode="numeric"
        autoComplete="off"
      />
      <Check
        label={fields.unlimited}
        aria-label={fields.unlimitedOf(props.label)}
        checked={isUnlimited}
        disabled={readOnly !== undefined}
        onChange={(checked) => field.onChange(checked ? UNLIMITED : "")}
      />
    </div>
  );
}
