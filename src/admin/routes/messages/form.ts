import type { z } from "zod";
import {
  type Form,
  formFor,
  type Forms,
  type Language,
  type MessageCode,
} from "../../../domain/messages/codes.ts";
import { type Flaw, flawsOf, formsInput } from "../../../domain/messages/input.ts";
import { EXAMPLES, filled, LONGEST, type Values } from "../../../domain/messages/placeholders.ts";
import type { Texts } from "../../texts/texts.ts";

/** As it is typed: a form that is empty is not there. */
export type FormsForm = Record<Form, string>;

export function toForm({ one = "", few = "", many = "", other }: Forms): FormsForm {
  return { one, few, many, other };
}

export function toForms({ other, ...rest }: FormsForm): unknown {
  const some = Object.entries(rest).filter(([, text]) => text.trim() !== "");
  return { ...Object.fromEntries(some), other };
}

/** What the server looks at, told in the reader's language. */
export function formsSchema(
  code: MessageCode,
  language: Language,
  words: Texts["messages"],
): z.ZodType<Forms> {
  return formsInput.superRefine((forms, context) => {
    for (const flaw of flawsOf(code, language, forms))
      context.addIssue({ code: "custom", path: [flaw.form], message: saidOf(flaw, words) });
  });
}

function saidOf(flaw: Flaw, { flaws }: Texts["messages"]): string {
  switch (flaw.kind) {
    case "EMPTY":
    case "CARD_NUMBER":
    case "BRACE":
    case "NO_SUCH_FORM":
      return flaws[flaw.kind];
    case "CHARACTER":
      return flaws.CHARACTER(flaw.character);
    case "UNKNOWN_PLACEHOLDER":
      return flaws.UNKNOWN_PLACEHOLDER(flaw.known.map((name) => `{${name}}`).join(", "));
    case "TOO_LONG":
      return flaws.TOO_LONG(flaw.length);
  }
}

/** A text with something put in: a number for which the form is, or the longest there can be. What is unknown stays. */
export function exampleOf(text: string, language: Language, form: Form, isLongest: boolean): string {
  const values: Values = isLongest
    ? LONGEST_VALUES
    : { ...EXAMPLES, visits: String(numberFor(language, form)) };
  return filled(text, values) ?? text;
}

const LONGEST_VALUES: Values = {
  ...EXAMPLES,
  ...{ visits: "9".repeat(LONGEST.visits), fee: "999999999999.999 KWD", guests: "9".repeat(LONGEST.guests) },
  ...{
    nextFreeTime: "14:05 UTC",
    place: "M".repeat(LONGEST.place),
    programme: "M".repeat(LONGEST.programme),
  },
};

const FORM_NAMES: Forms = { one: "one", few: "few", many: "many", other: "other" };

function numberFor(language: Language, form: Form): number {
  for (let count = 1; count < 30; count++) if (formFor(FORM_NAMES, language, count) === form) return count;
  return 3;
}
