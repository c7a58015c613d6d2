import { z } from "zod";
import { REJECTION_CODES, type RejectionCode } from "../codes.ts";

/** What a terminal's screen can be told, by its code, and the languages in which it can. */

export const LANGUAGES = ["en", "pl", "de", "es", "tr"] as const;
export const language = z.enum(LANGUAGES);
export type Language = z.infer<typeof language>;

/** How a card may enter: so many free visits are left, free without end, or for a fee. */
export const GRANT_CODES = ["GRANTED_VISITS_LEFT", "GRANTED_FREE", "GRANTED_FEE"] as const;
type GrantCode = (typeof GRANT_CODES)[number];

export const MESSAGE_CODES = [...GRANT_CODES, ...REJECTION_CODES] as const;
export const messageCode = z.enum(MESSAGE_CODES);
export type MessageCode = GrantCode | RejectionCode;

/** What a ruleset can be the reason of. All else is decided before any ruleset is looked at. */
const OF_RULESETS: ReadonlySet<MessageCode> = new Set<MessageCode>([
  ...GRANT_CODES,
  "UNMET_REQUIREMENTS",
  "LIMIT_EXCEEDED",
  "CARD_ASI_FAILED",
  "CARD_AUTH_INSUFFICIENT_FUNDS",
  "CARD_AMOUNT_AUTH_FAILED",
]);

export function isOfRulesets(code: MessageCode): boolean {
  return OF_RULESETS.has(code);
}

/** A text has a form for each form of plural that its language has; `other` is always there. */
export const FORMS = ["one", "few", "many", "other"] as const;
export type Form = (typeof FORMS)[number];
export type Forms = { readonly [Name in Exclude<Form, "other">]?: string | undefined } & {
  readonly other: string;
};

/** The forms that a text can have: one, but for what stands with a number. */
export function formsOf(code: MessageCode, of: Language): readonly Form[] {
  if (code !== "GRANTED_VISITS_LEFT") return ["other"];
  const { pluralCategories } = rulesOf(of).resolvedOptions();
  return FORMS.filter((form) => pluralCategories.includes(form));
}

/** The form for so many; `other` where the text has none of its own. */
export function formFor(forms: Forms, of: Language, count: number | null): string {
  if (count === null) return forms.other;
  const selected = rulesOf(of).select(count);
  const form = FORMS.find((name) => name === selected);
  return forms[form ?? "other"] ?? forms.other;
}

const known = new Map<Language, Intl.PluralRules>();

function rulesOf(of: Language): Intl.PluralRules {
  let rules = known.get(of);
  if (rules === undefined) {
    rules = new Intl.PluralRules(of);
    known.set(of, rules);
  }
  return rules;
}
