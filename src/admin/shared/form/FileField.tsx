import { useId } from "react";
import type { FieldValues } from "react-hook-form";
import { type FieldProps, useField } from "./fields.tsx";
import classes from "./FileField.module.css";

/** A file of this computer: the browser's own way to choose one. */
export function FileField<Form extends FieldValues>(
  props: FieldProps<Form> & {
    /** Media types and endings. */
    readonly accept: string;
  },
) {
  const { field, common } = useField(props);
  const told = useId();
  const { id, label, description, error } = common;
  return (
    <div className={classes["file"]}>
      <label htmlFor={id}>{label}</label>
      <div id={told} className={classes["told"]}>
        {description === undefined ? null : <span className="meta">{description}</span>}
        {error === undefined ? null : <span className={classes["error"]}>{error}</span>}
      </div>
      <input
        id={id}
        ref={field.ref}
        name={field.name}
        type="file"
        accept={props.accept}
        aria-invalid={error !== undefined}
        aria-describedby={told}
        onBlur={field.onBlur}
        onChange={({ currentTarget }) => field.onChange(currentTarget.files?.[0] ?? null)}
      />
    </div>
  );
}
