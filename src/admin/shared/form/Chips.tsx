import { IconX } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts.ts";
import classes from "./Chips.module.css";

/** What is chosen already, each to be taken away. */
export function Chips({
  label,
  chips,
  onRemove,
}: {
  readonly label: string;
  readonly chips: readonly { readonly value: string; readonly label: string }[];
  readonly onRemove: (value: string) => void;
}) {
  const { fields } = useTexts();
  if (chips.length === 0) return null;
  return (
    <ul className={classes["chips"]} aria-label={label}>
      {chips.map(({ value, label: text }) => (
        <li key={value}>
          <bdi>{text}</bdi>
          <button type="button" aria-label={fields.removeValue(text)} onClick={() => onRemove(value)}>
            <IconX size={14} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
