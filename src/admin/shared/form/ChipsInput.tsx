import { IconX } from "@tabler/icons-react";
import { TextInput } from "@mantine/core";
import { type ReactNode, useId, useRef } from "react";
import { useTexts } from "../../texts/texts.ts";
import classes from "./ChipsInput.module.css";

export interface ChipsInputProps {
  readonly id: string;
  readonly label: string;
  readonly description: ReactNode;
  readonly error: string | undefined;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  readonly onBlur: () => void;
  /** How a value is shown. */
  readonly nameOf: (value: string) => string;
  /** The values that what was typed means: none while it means nothing yet. `isDone`: Enter, or the field is left. */
  readonly taken: (typed: string, isDone: boolean) => readonly string[];
  /** What is offered while somebody types. */
  readonly suggestions: readonly string[];
}

/** Several values: each stands as a chip that can be taken away, and what is typed adds another. */
export function ChipsInput(props: ChipsInputProps) {
  const { values, onChange, nameOf, taken, suggestions } = props;
  const { shell } = useTexts();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);

  function take(isDone: boolean): void {
    const field = input.current;
    if (field === null) return;
    const added = taken(field.value, isDone).filter((value) => !values.includes(value));
    if (added.length > 0) onChange([...values, ...new Set(added)]);
    if (added.length > 0 || isDone) field.value = "";
  }

  return (
    <div>
      <TextInput
        ref={input}
        id={props.id}
        label={props.label}
        description={props.description}
        error={props.error}
        list={suggestions.length === 0 ? undefined : list}
        autoComplete="off"
        onChange={() => take(false)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            take(true);
          } else if (event.key === "Backspace" && event.currentTarget.value === "") {
            onChange(values.slice(0, -1));
          }
        }}
        onBlur={() => {
          take(true);
          props.onBlur();
        }}
      />
      {suggestions.length === 0 ? null : (
        <datalist id={list}>
          {suggestions.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      )}
      {values.length === 0 ? null : (
        <ul className={classes["chips"]} aria-label={props.label}>
          {values.map((value) => (
            <li key={value}>
              <bdi>{nameOf(value)}</bdi>
              <button
                type="button"
                aria-label={shell.removeValue(nameOf(value))}
                onClick={() => {
                  onChange(values.filter((one) => one !== value));
                  input.current?.focus();
                }}
              >
                <IconX size={14} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
