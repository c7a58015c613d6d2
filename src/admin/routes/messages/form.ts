import type { z } from "zod";
import type { Form, Forms, Language, MessageCode } from "../../../domain/messages/codes.ts";
import { type Flaw, flawsOf, formsInput } from "../../../domain/messages/input.ts";
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
