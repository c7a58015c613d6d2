import { type Form, formFor, type Forms, type Language } from "./codes.ts";
import { filled, LONGEST, type Values } from "./placeholders.ts";

/** What may be put into a text, for pictures of a screen. */
const USUAL: Values = {
  ...{ visits: "3", fee: "25.00 EUR", guests: "2", nextFreeDate: "2026-12-01", nextFreeTime: "14:05" },
  ...{ place: "Warsaw Lounge", programme: "World Elite lounge" },
};

const LONGEST_VALUES: Values = {
  ...USUAL,
  ...{ visits: "9".repeat(LONGEST.visits), fee: "999999999999.999 KWD", guests: "9".repeat(LONGEST.guests) },
  ...{
    nextFreeTime: "14:05 UTC",
    place: "M".repeat(LONGEST.place),
    programme: "M".repeat(LONGEST.programme),
  },
};

/** One form of a text with something put in: a number for which that form is, or the longest there can be. What is unknown stays. */
export function exampleOf(forms: Forms, form: Form, of: Language, isLongest: boolean): string {
  const text = forms[form] ?? forms.other;
  const values = isLongest ? LONGEST_VALUES : { ...USUAL, visits: String(numberFor(forms, form, of)) };
  return filled(text, values) ?? text;
}

function numberFor(forms: Forms, form: Form, of: Language): number {
  const name = (one: Form): string | undefined => (forms[one] === undefined ? undefined : one);
  const names: Forms = { one: name("one"), few: name("few"), many: name("many"), other: "other" };
  for (let count = 1; count < 30; count++) if (formFor(names, of, count) === form) return count;
  return 3;
}
