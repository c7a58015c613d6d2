import { IconChevronDown } from "@tabler/icons-react";
import { type FocusEvent, useId, useRef, useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { Check } from "../form/Check.tsx";
import type { Choice } from "./filters.ts";
import classes from "./ManyChoices.module.css";

/** A filter that may hold several of a few values: they are ticked one by one, each counts at once. */
export function ManyChoices({
  label,
  options,
  values,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly Choice[];
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { tables } = useTexts();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const chosen = options.filter(({ value }) => values.includes(value));
  const [only] = chosen;
  const shown =
    only === undefined ? tables.any : chosen.length === 1 ? only.label : tables.chosen(chosen.length);
  const close = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>): void => {
    if (!currentTarget.contains(relatedTarget)) setOpen(false);
  };
  return (
    <div
      className={classes["field"]}
      onBlur={close}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <span id={`${id}-label`} className={classes["label"]}>
        {label}
      </span>
      <button
        ref={button}
        id={id}
        type="button"
        className={classes["button"]}
        aria-labelledby={`${id}-label ${id}`}
        aria-expanded={isOpen}
        aria-controls={`${id}-choices`}
        onClick={() => setOpen(!isOpen)}
      >
        <span>{shown}</span>
        <IconChevronDown size={16} aria-hidden="true" />
      </button>
      {isOpen ? (
        // Takes the focus of what is pressed between its boxes, so that it stays open.
        <div
          id={`${id}-choices`}
          role="group"
          aria-labelledby={`${id}-label`}
          tabIndex={-1}
          className={classes["choices"]}
        >
          {options.map((option) => (
            <Check
              key={option.value}
              label={option.label}
              checked={values.includes(option.value)}
              onChange={(checked) =>
                onChange(
                  options
                    .map(({ value }) => value)
                    .filter((value) => (value === option.value ? checked : values.includes(value))),
                )
              }
            />
          ))}
        </div>
      ) : null}
    </div>
  );
}
