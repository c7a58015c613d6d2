import { windowWords } from "./windowWords.ts";
import type { Names, Sentence } from "./sentence.ts";
import { cardholderSentence, guestSentences } from "./entrySentences.ts";
import type { RulesetForm } from "../form/model.ts";

/** A rule in sentences, made of what is typed; each names the field that it is about. Pure: words and names are given. */
export function summaryOf(form: RulesetForm, names: Names): readonly Sentence[] {
  return [
    who(form, names),
    ...trust(form, names),
    where(form, names),
    when(form, names),
    cardholderSentence(form, names),
    ...guestSentences(form, names),
    ...budget(form, names),
    ...spend(form, names),
    ...checks(form, names),
    ...offline(form, names),
    { field: "priority", text: names.words.priority(form.priority || names.words.gap) },
  ];
}

function joined(values: readonly string[], { words }: Names): string {
  const last = values.at(-1) ?? words.gap;
  return values.length < 2 ? last : values.slice(0, -1).join(words.comma) + words.and + last;
}

export function who({ criteria }: RulesetForm, names: Names): Sentence {
  const { words } = names;
  const { productCodes, issuerCountries, icas, enrolledOnly } = criteria;
  const field = "criteria.issuerCountries";
  if (productCodes.length + issuerCountries.length + icas.length === 0 && !enrolledOnly) {
    return { field, text: words.everyCard };
  }
  const issuers = icas.map(({ ica, mode, accountRanges }) => {
    const number = ica || words.gap;
    const ranges = accountRanges.map(({ low, high }) => `${low || words.gap}–${high || words.gap}`);
    return mode === "WHOLE" ? number : words.onlyRanges(number, joined(ranges, names));
  });
  const text =
    (productCodes.length === 0 ? words.anyProduct : words.products(joined(productCodes, names))) +
    (issuerCountries.length === 0 ? "" : words.issuedIn(joined(issuerCountries, names))) +
    (issuers.length === 0 ? "" : words.ofIca(joined(issuers, names))) +
    (enrolledOnly ? words.enrolled : "");
  return { field, text: words.cards(text) };
}

export function trust({ criteria }: RulesetForm, { words }: Names): readonly Sentence[] {
  const { minimumTrust } = criteria;
  return minimumTrust === "NONE" ? [] : [{ field: "criteria.minimumTrust", text: words.trust[minimumTrust] }];
}

export function where({ criteria }: RulesetForm, names: Names): Sentence {
  const { words, placeName } = names;
  const { services, placeMode, locations } = criteria;
  const offered =
    services.length === 0
      ? ""
      : joined(
          services.map((service) => words.services[service]),
          names,
        );
  const field = "criteria.placeMode";
  if (placeMode === "ANYWHERE") return { field, text: words.anywhere(offered) };
  const { countries, locationIds } = locations;
  const places = joined(locationIds.map(placeName), names);
  if (countries.length === 0) return { field, text: words.full(words.atPlaces(places)) };
  const also = locationIds.length === 0 ? "" : words.alsoAt(places);
  return { field, text: words.full(words.inCountries(offered, joined(countries, names)) + also) };
}

export function when({ validFrom, validTo }: RulesetForm, { words, time }: Names): Sentence {
  const field = "validFrom";
  if (validFrom === null) return { field, text: validTo === null ? words.noEnd : words.until(time(validTo)) };
  return {
    field,
    text: validTo === null ? words.from(time(validFrom)) : words.between(time(validFrom), time(validTo)),
  };
}

export function budget({ totalUsage }: RulesetForm, { words }: Names): readonly Sentence[] {
  if (totalUsage.mode === "NONE") return [];
  const { max, window } = totalUsage;
  const text = words.budget(words.visits(max || words.gap), windowWords(window, words));
  return [{ field: "totalUsage.max", text }];
}

export function spend({ spend: wanted }: RulesetForm, names: Names): readonly Sentence[] {
  if (wanted.mode === "OFF") return [];
  const { words, money } = names;
  const amount = wanted.amount === "" ? words.gap : money(wanted.amount, wanted.currency);
  const mccs = wanted.mccs.length === 0 ? "" : joined(wanted.mccs, names);
  const text = words.spend(amount, mccs, wanted.days || words.gap);
  const grace = Number(wanted.graceDays);
  const after = grace > 0 ? ` ${words.grace(grace)}` : "";
  return [{ field: "spend.amount", text: text + after }];
}

export function checks({ externalRule, verification }: RulesetForm, { words }: Names): readonly Sentence[] {
  const outside = {
    field: "externalRule.ruleId",
    text: `${words.external(externalRule.ruleId || words.gap)} ${words.silent[externalRule.onFailure]}`,
  };
  const asked = verification.mode === "ASI" ? words.asi : words.asiThenAmount;
  const bank = {
    field: "verification.mode",
    text: `${asked} ${words.silent[verification.onFailure]}${verification.chargesFees === true ? ` ${words.chargesFees}` : ""}`,
  };
  return [...(externalRule.mode === "OFF" ? [] : [outside]), ...(verification.mode === "NONE" ? [] : [bank])];
}

export function offline({ offline: own }: RulesetForm, names: Names): readonly Sentence[] {
  if (own.mode === "OFF") return [];
  const { accountRanges, whitelist, maxGuests, perCardAndDay, perTerminalAndDay } = own;
  const { words } = names;
  const whom = accountRanges ? (whitelist ? "BOTH" : "RANGES") : "WHITELIST";
  const caps = [
    ...(perCardAndDay === "" ? [] : [words.offlinePerCard(Number(perCardAndDay))]),
    ...(perTerminalAndDay === "" ? [] : [words.offlinePerTerminal(Number(perTerminalAndDay))]),
  ];
  const text = words.offlineEntry(
    words.offline[whom],
    Number(maxGuests),
    caps.length === 0 ? "" : joined(caps, names),
  );
  return [{ field: "offline.mode", text }];
}
