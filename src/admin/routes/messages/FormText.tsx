import { TextInput } from "@mantine/core";
import { type Control, useWatch } from "react-hook-form";
import type { Form } from "../../../domain/messages/codes.ts";
import { MOST_CHARACTERS } from "../../../domain/messages/limits.ts";
import { longestLength } from "../../../domain/messages/placeholders.ts";
import { useField } from "../../shared/form/fields.tsx";
import { Bar } from "../../shared/status/Bar.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { FormsForm } from "./form.ts";
import classes from "./TextDialog.module.css";

/** One form of a text, and how long it may become. */
export function FormText(props: {
  readonly control: Control<FormsForm>;
  readonly name: Form;
  readonly label: string;
  readonly language: string;
  readonly isOptional: boolean;
  readonly onFocus: () => void;
}) {
  const { messages: words } = useTexts();
  const { control, name, language, onFocus } = props;
  const typed = useWatch({ control, name });
  const length = longestLength(typed.trim());
  const isTooLong = length > MOST_CHARACTERS;
  const help = (
    <span className={classes["length"]}>
      <Bar value={Math.min(length, MOST_CHARACTERS)} most={MOST_CHARACTERS} tone={isTooLong ? "bad" : "ok"} />
      {words.length(length, MOST_CHARACTERS)}
    </span>
  );
  const { field, common } = useField({ ...props, help });
  return (
    <TextInput
      {...common}
      {...field}
      value={field.value}
      lang={language}
      autoComplete="off"
      onFocus={onFocus}
    />
  );
}
