import { z } from "zod";
import { holdsCardNumber } from "../cardNumbers.ts";
import {
  FORMS,
  type Form,
  type Forms,
  formsOf,
  isOfRulesets,
  type Language,
  type MessageCode,
} from "./codes.ts";
import { MOST_CHARACTERS } from "./limits.ts";
import { charactersOf, isPlaceholder, longestLength, partsOf, placeholdersOf } from "./placeholders.ts";

/** What a text may be: something that every terminal can show. */

const text = z
  .string()
  .max(1_000)
  .transform((typed) => typed.normalize("NFC").trim());

export const formsInput = z.strictObject({
  one: text.optional(),
  few: text.optional(),
  many: text.optional(),
  other: text,
});
export const messageInput = z.strictObject({ forms: formsInput });

/** What is wrong with one form of a text, and where. */
export type Flaw = { readonly form: Form } & (
  | { readonly kind: "EMPTY" | "CARD_NUMBER" | "BRACE" }
  | { readonly kind: "NO_SUCH_FORM"; readonly forms: readonly Form[] }
  | { readonly kind: "CHARACTER"; readonly character: string }
  | { readonly kind: "UNKNOWN_PLACEHOLDER"; readonly known: readonly string[] }
  | { readonly kind: "TOO_LONG"; readonly length: number }
);

// What every terminal's font has: no mark that stands alone, nothing invisible, no picture.
const SHOWN = /^[\p{Script=Latin}0-9 \p{P}\p{Sc}\p{Sm}°]$/u;

/** Everything that is wrong, form by form; none for a text that can be shown. */
export function flawsOf(code: MessageCode, of: Language, forms: Forms): readonly Flaw[] {
  const possible = formsOf(code, of);
  return FORMS.flatMap((form): readonly Flaw[] => {
    const typed = forms[form];
    if (typed === undefined) return [];
    if (!possible.includes(form)) return [{ kind: "NO_SUCH_FORM", form, forms: possible }];
    return textFlaws(code, typed).map((flaw) => ({ ...flaw, form }));
  });
}

type TextFlaw = Flaw extends infer One ? (One extends Flaw ? Omit<One, "form"> : never) : never;

function textFlaws(code: MessageCode, typed: string): readonly TextFlaw[] {
  if (typed.trim() === "") return [{ kind: "EMPTY" }];
  const known = placeholdersOf(code);
  const flaws: TextFlaw[] = [];
  for (const part of partsOf(typed)) {
    if ("placeholder" in part) {
      const { placeholder } = part;
      if (!isPlaceholder(placeholder) || !known.includes(placeholder))
        flaws.push({ kind: "UNKNOWN_PLACEHOLDER", known });
      continue;
    }
    if (/[{}]/.test(part.text)) flaws.push({ kind: "BRACE" });
    const character = charactersOf(part.text).find((one) => !SHOWN.test(one));
    if (character !== undefined) flaws.push({ kind: "CHARACTER", character });
  }
  const length = longestLength(typed);
  if (length > MOST_CHARACTERS) flaws.push({ kind: "TOO_LONG", length });
  if (holdsCardNumber(typed, "text")) flaws.push({ kind: "CARD_NUMBER" });
  return flaws.slice(0, 20);
}

/** A flaw in words. What was typed is not repeated, but for one character by its number. */
export function flawMessage(flaw: Flaw): string {
  switch (flaw.kind) {
    case "EMPTY":
      return "a text is wanted";
    case "CARD_NUMBER":
      return "a card number must not stand here";
    case "BRACE":
      return "a brace stands alone: placeholders are written as {place}";
    case "NO_SUCH_FORM":
      return `the text has no such form in this language: ${flaw.forms.join(", ")}`;
    case "CHARACTER":
      return `U+${(flaw.character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} can't be shown by every terminal: letters of the Latin script, digits, blanks, punctuation and signs of currency can`;
    case "UNKNOWN_PLACEHOLDER":
      return flaw.known.length === 0
        ? "this text has no placeholders"
        : `this text has the placeholders ${flaw.known.map((name) => `{${name}}`).join(", ")}`;
    case "TOO_LONG":
      return `${String(MOST_CHARACTERS)} characters at most, with every placeholder at its longest; these are ${String(flaw.length)}`;
  }
}

/** Whether a text of this code may be one's own there. */
export function belongsTo(rulesetId: string | null, code: MessageCode): boolean {
  return rulesetId === null || isOfRulesets(code);
}
