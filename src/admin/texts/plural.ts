/** The forms that a language has for counts, by `Intl.PluralRules`. English needs `one` and `other`, Polish `few` and `many` too. */
export type Forms = { readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** `#` stands for the count. */
export function counter(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replaceAll("#", digits.format(count));
}
