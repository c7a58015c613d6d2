import { InputBase, NativeSelect, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { type Control, type FieldPath, type FieldValues, useController } from "react-hook-form";
import { Check } from "./Check.tsx";
import { useFieldHint } from "./fieldHints.ts";
import { useTexts } from "../../texts/texts.ts";

/** Fields of a form: what stands at each of them is bound to its name. Their ids are `field-` and the name. */

export interface FieldProps<Form extends FieldValues> {
  readonly control: Control<Form>;
  readonly name: FieldPath<Form>;
  readonly label: string;
  readonly help?: ReactNode;
  readonly isOptional?: boolean;
}

export function useField<Form extends FieldValues>({
  control,
  name,
  label,
  help,
  isOptional,
}: FieldProps<Form>) {
  const { shell } = useTexts();
  const { field, fieldState } = useController({ control, name });
  const { error } = fieldState;
  const hint = useFieldHint(name);
  return {
    field,
    /** As it is: of a field that holds several values, those of each. */
    fieldError: error,
    common: {
      id: `field-${name}`,
      label: isOptional === true ? `${label} (${shell.optional})` : label,
      description:
        hint === undefined ? (
          help
        ) : (
          <>
            {help}
            {hint}
          </>
        ),
      error: error?.message,
    },
  };
}

export interface Suggestion {
  readonly value: string;
  /** What it is, where that is another text; it is found by both. */
  readonly label?: string;
}

export function TextField<Form extends FieldValues>(
  props: FieldProps<Form> & {
    readonly type?: "text" | "email" | "password" | "date";
    readonly autoComplete?: string;
    /** What may be meant: the browser offers it while one types. */
    readonly suggestions?: readonly Suggestion[];
  },
) {
  const { field, common } = useField(props);
  const { suggestions } = props;
  const listId = `${common.id}-suggestions`;
  return (
    <>
      <TextInput
        {...common}
        {...field}
        value={field.value ?? ""}
        type={props.type ?? "text"}
        autoComplete={props.autoComplete ?? "off"}
        {...(suggestions === undefined ? {} : { list: listId })}
      />
      {suggestions === undefined ? null : (
        <datalist id={listId}>
          {suggestions.map(({ value, label }) => (
            <option key={value} value={value} {...(label === undefined ? {} : { label })} />
          ))}
        </datalist>
      )}
    </>
  );
}

export function LongTextField<Form extends FieldValues>(props: FieldProps<Form>) {
  const { field, common } = useField(props);
  return (
    <InputBase component="textarea" {...common} {...field} value={field.value ?? ""} rows={3} multiline />
  );
}

/** A number as text: what is typed is what is sent. */
export function NumberField<Form extends FieldValues>(props: FieldProps<Form> & { readonly unit?: string }) {
  const { field, common } = useField(props);
  return (
    <TextInput
      {...common}
      {...field}
      value={field.value ?? ""}
      inputMode="numeric"
      autoComplete="off"
      rightSection={props.unit === undefined ? undefined : <span className="meta">{props.unit}</span>}
      rightSectionWidth={props.unit === undefined ? undefined : 12 + 8 * props.unit.length}
      rightSectionPointerEvents="none"
    />
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function ChoiceField<Form extends FieldValues>(
  props: FieldProps<Form> & { readonly options: readonly Option[] },
) {
  const { field, common } = useField(props);
  return <NativeSelect {...common} {...field} value={field.value ?? ""} data={[...props.options]} />;
}

export function CheckField<Form extends FieldValues>(props: FieldProps<Form>) {
  const { field, common } = useField(props);
  const { value, ...rest } = field;
  return <Check {...common} {...rest} checked={value === true} />;
}
