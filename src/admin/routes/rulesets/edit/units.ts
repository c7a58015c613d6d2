import { rulesetInput } from "../../../../domain/ruleset/input.ts";
import type { Unit } from "../../../shared/form/compare.ts";
import type { Texts } from "../../../texts/texts.ts";
import { fieldsOf } from "../fields/fields.ts";
import type { RulesetForm } from "../form/model.ts";
import { toBody } from "../form/toBody.ts";
import type { Names } from "../summary/sentence.ts";

type Words = (form: RulesetForm) => string;

/** What two people's versions of a rule are compared by: what only makes sense together is taken together. */
export function rulesetUnits(texts: Texts, names: Names): readonly Unit<RulesetForm>[] {
  const { rulesetFields: f } = texts;
  /** As the fields of the body are read. */
  const words =
    (...keys: readonly string[]): Words =>
    (form) => {
      const parsed = rulesetInput.safeParse(toBody(form));
      if (!parsed.success) return "";
      const found = fieldsOf(parsed.data, { texts, names }).filter(
        ({ key, values }) =>
          values.length > 0 && keys.some((one) => key === one || key.startsWith(`${one}/`)),
      );
      return found
        .map(({ label, values }) =>
          found.length === 1 ? values.join(", ") : `${label}: ${values.join(", ")}`,
        )
        .join("; ");
    };
  return [
    top("name", f.name, words("name")),
    top("description", f.description, words("description")),
    top("priority", f.priority, words("priority")),
    top("validFrom", f.validFrom, words("validFrom")),
    top("validTo", f.validTo, words("validTo")),
    criterion(["issuerCountries"], f.issuerCountries, words("criteria/issuerCountries")),
    criterion(["productCodes"], f.productCodes, words("criteria/productCodes")),
    criterion(["icas"], f.icas, words("criteria/icas")),
    criterion(["enrolledOnly"], f.enrolledOnly, words("criteria/enrolledOnly")),
    criterion(["minimumTrust"], f.minimumTrust, words("criteria/minimumTrust")),
    criterion(["services"], f.services, words("criteria/services")),
    top("totalUsage", f.totalMode, words("totalUsage")),
    criterion(["placeMode", "locations"], f.placeMode, words("criteria/locations")),
    top("externalRule", f.externalMode, words("externalRule")),
    top("currency", f.currency, ({ currency }) => currency),
    top("cardholder", f.sections.cardholder, words("cardholder")),
    guests(["adults"], f.adults, words("guests/adults")),
    guests(["children"], f.children, words("guests/children")),
    guests(["freeUnderAge"], f.freeUnderAge, words("guests/freeUnderAge")),
    guests(["hasPool", "sharedPool"], f.sharedPool, words("guests/sharedPool")),
    top("spend", f.sections.spend, words("spend")),
    top("verification", f.sections.verification, words("verification")),
    top("offline", f.sections.offline, words("offline")),
  ];
}

function top(name: keyof RulesetForm, label: string, words: Words): Unit<RulesetForm> {
  return {
    label,
    words,
    read: (form) => form[name],
    take: (into, from) => ({ ...into, [name]: from[name] }),
  };
}

function criterion(
  names: readonly (keyof RulesetForm["criteria"])[],
  label: string,
  words: Words,
): Unit<RulesetForm> {
  return {
    label,
    words,
    read: ({ criteria }) => names.map((name) => criteria[name]),
    take: (into, from) => ({ ...into, criteria: { ...into.criteria, ...picked(from.criteria, names) } }),
  };
}

function guests(
  names: readonly (keyof RulesetForm["guests"])[],
  label: string,
  words: Words,
): Unit<RulesetForm> {
  return {
    label,
    words,
    read: (form) => names.map((name) => form.guests[name]),
    take: (into, from) => ({ ...into, guests: { ...into.guests, ...picked(from.guests, names) } }),
  };
}

function picked<Whole extends object>(whole: Whole, names: readonly (keyof Whole)[]): Partial<Whole> {
  const part: Partial<Whole> = {};
  for (const name of names) part[name] = whole[name];
  return part;
}
