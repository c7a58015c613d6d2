import { Button, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { isPan } from "../../../domain/pan.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./PanField.module.css";

export interface PanFieldProps {
  readonly label: string;
  readonly verb: string;
  readonly isBusy: boolean;
  /** What came of the number before. */
  readonly problem: string | null;
  readonly hasFocus: boolean;
  /** The number, once: the field is empty by then. */
  readonly onPan: (pan: string) => void;
}

const FEWEST = 12;
const MOST = 19;
const LEFT_MS = 60_000;

/**
 * The one field for a card number. What is typed is in the element alone: in no state, no form library and no cache. It is
 * emptied when it is sent, a minute after it was left, and when the tab is hidden.
 */
export function PanField({ label, verb, isBusy, problem, hasFocus, onPan }: PanFieldProps) {
  const { cards } = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const leaving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [said, setSaid] = useState<"nothing" | "good" | "wrong" | "short">("nothing");

  useEffect(() => {
    const onHide = (): void => {
      if (document.visibilityState === "hidden") empty(field.current);
    };
    document.addEventListener("visibilitychange", onHide);
    return () => {
      document.removeEventListener("visibilitychange", onHide);
      clearTimeout(leaving.current);
    };
  }, []);

  function submit(): void {
    const digits = digitsOf(field.current);
    if (!isPan(digits)) {
      setSaid(digits.length < FEWEST ? "short" : "wrong");
      return;
    }
    empty(field.current);
    setSaid("nothing");
    onPan(digits);
  }

  return (
    <form
      className={classes["form"]}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) submit();
      }}
    >
      <TextInput
        ref={field}
        label={label}
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        autoFocus={hasFocus}
        className={classes["field"] ?? ""}
        error={said === "wrong" ? cards.lookup.wrong : said === "short" ? cards.lookup.short : problem}
        description={said === "good" ? cards.lookup.good : cards.lookup.help}
        inputWrapperOrder={["label", "input", "description", "error"]}
        onInput={({ currentTarget }) => {
          group(currentTarget);
          const digits = digitsOf(currentTarget);
          const isGood = isPan(digits);
          setSaid(isGood ? "good" : digits.length >= 16 ? "wrong" : "nothing");
        }}
        onFocus={() => clearTimeout(leaving.current)}
        onBlur={() => {
          leaving.current = setTimeout(() => empty(field.current), LEFT_MS);
        }}
      />
      <Button type="submit" loading={isBusy}>
        {verb}
      </Button>
    </form>
  );
}

function empty(field: HTMLInputElement | null): void {
  if (field !== null) field.value = "";
}

function digitsOf(field: HTMLInputElement | null): string {
  return field === null ? "" : field.value.replaceAll(/\D/g, "");
}

/** Four digits and a blank, with the caret behind the digit that it was behind. */
function group(field: HTMLInputElement): void {
  const caret = field.selectionStart ?? field.value.length;
  const before = field.value.slice(0, caret).replaceAll(/\D/g, "").length;
  const digits = digitsOf(field).slice(0, MOST);
  field.value = digits.replaceAll(/(\d{4})(?=\d)/g, "$1 ");
  const gaps = before === 0 ? 0 : Math.floor((before - 1) / 4);
  field.setSelectionRange(before + gaps, before + gaps);
}
