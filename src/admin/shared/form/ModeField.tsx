import { Radio } from "@mantine/core";
import type { FieldValues } from "react-hook-form";
import { type FieldProps, type Option, useField } from "./fields.tsx";
import classes from "./form.module.css";

/** One of a few, all of them in sight: what is chosen may show other fields. */
export function ModeField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { field, common } = useField(props);
  const { id, ...rest } = common;
  return (
    <Radio.Group {...rest} value={field.value} onChange={field.onChange}>
      <div className={classes["choices"]}>
        {props.options.map(({ value, label }, index) => (
          <Radio
            key={value}
            id={index === 0 ? id : undefined}
            name={field.name}
            value={value}
            label={label}
            onBlur={field.onBlur}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
