import type { Count } from "../../../../domain/count.ts";
import type { Money } from "../../../../domain/money.ts";
import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import type { Window } from "../../../../domain/window.ts";
import type { Texts } from "../../../texts/texts.ts";
import type { Names } from "../summary/sentence.ts";

type SectionName = keyof Texts["rulesetFields"]["sections"];

/** A field of a rule as it is read: none, one or several values. */
export interface RulesetField {
  readonly section: SectionName;
  /** Where it stands in the body. */
  readonly key: string;
  readonly label: string;
  readonly values: readonly string[];
}

interface Wording {
  readonly texts: Pick<Texts, "fields" | "rulesetFields" | "operations" | "windows">;
  readonly names: Names;
}

type Row = readonly [key: string, label: string, values: readonly (string | null | undefined)[]];

/** Every field of a rule, in the order of the form. Pure: words are given. */
export function fieldsOf(body: RulesetBody, wording: Wording): readonly RulesetField[] {
  return [
    ...section("general", general(body, wording)),
    ...section("criteria", cards(body, wording)),
    ...section("usage", usage(body, wording)),
    ...section("places", places(body, wording)),
    ...section("cardholder", cardholder(body, wording)),
    ...section("guests", guests(body, wording)),
    ...section("spend", spend(body, wording)),
    ...section("verification", verification(body, wording)),
    ...section("offline", offline(body, wording)),
  ];
}

function section(name: SectionName, rows: readonly Row[]): readonly RulesetField[] {
  return rows.map(([key, label, values]) => ({
    section: name,
    key,
    label,
    values: values.flatMap((value) => (value == null || value === "" ? [] : [value])),
  }));
}

function general(body: RulesetBody, { texts: { rulesetFields: f }, names }: Wording): readonly Row[] {
  const time = (at: string | null): string | null => (at === null ? null : names.time(at));
  return [
    ["name", f.name, [body.name]],
    ["description", f.description, [body.description]],
    ["priority", f.priority, [String(body.priority)]],
    ["validFrom", f.validFrom, [time(body.validFrom)]],
    ["validTo", f.validTo, [time(body.validTo)]],
  ];
}

function cards({ criteria }: RulesetBody, { texts: { rulesetFields: f } }: Wording): readonly Row[] {
  const icas = (criteria?.icas ?? []).flatMap(({ ica, accountRanges }) =>
    accountRanges === null || accountRanges.length === 0
      ? [ica]
      : accountRanges.map(({ low, high }) => `${ica}: ${low}–${high}`),
  );
  const trust = criteria?.minimumTrust ?? null;
  return [
    ["criteria/issuerCountries", f.issuerCountries, criteria?.issuerCountries ?? []],
    ["criteria/productCodes", f.productCodes, criteria?.productCodes ?? []],
    ["criteria/icas", f.icas, icas],
    ["criteria/enrolledOnly", f.enrolledOnly, [criteria?.enrolledOnly === true ? f.yes : null]],
    ["criteria/minimumTrust", f.minimumTrust, [trust === null ? null : f.trusts[trust]]],
  ];
}

function usage({ criteria, totalUsage }: RulesetBody, { texts }: Wording): readonly Row[] {
  const { rulesetFields: f, operations } = texts;
  const services: Readonly<Record<string, string>> = operations.services;
  return [
    ["criteria/services", f.services, (criteria?.services ?? []).map((one) => services[one] ?? one)],
    ["totalUsage/max", f.totalMode, [totalUsage === null ? null : String(totalUsage.max)]],
    [
      "totalUsage/window",
      `${f.totalMode}: ${f.window}`,
      [totalUsage === null ? null : windowText(totalUsage.window, f)],
    ],
  ];
}

function places(body: RulesetBody, { texts: { rulesetFields: f }, names }: Wording): readonly Row[] {
  const { criteria, externalRule } = body;
  return [
    ["criteria/locations/countries", f.placeCountries, criteria?.locations?.countries ?? []],
    [
      "criteria/locations/locationIds",
      f.placeIds,
      (criteria?.locations?.locationIds ?? []).map((id) => names.placeName(id)),
    ],
    ["externalRule/ruleId", f.externalRuleId, [externalRule?.ruleId]],
    [
      "externalRule/onFailure",
      `${f.externalMode}: ${f.onFailure}`,
      [externalRule === null ? null : f.onFailures[externalRule.onFailure]],
    ],
  ];
}

function cardholder({ cardholder: own }: RulesetBody, wording: Wording): readonly Row[] {
  const { rulesetFields: f } = wording.texts;
  if (own === null) return [["cardholder", f.mode, [f.cardholderModes.NONE]]];
  return [
    ...tier("cardholder", "", own, wording),
    ["cardholder/window", f.window, [windowText(own.window, f)]],
    ["cardholder/perLocation", f.perLocation, [numberText(own.perLocation)]],
  ];
}

function guests({ guests: own }: RulesetBody, wording: Wording): readonly Row[] {
  const { rulesetFields: f } = wording.texts;
  const kinds = (["adults", "children"] as const).flatMap((kind): readonly Row[] => {
    const guest = own?.[kind] ?? null;
    if (guest === null) return [];
    return [
      ...tier(`guests/${kind}`, `${f[kind]}: `, guest, wording),
      [`guests/${kind}/maxPerEntry`, `${f[kind]}: ${f.maxPerEntry}`, [numberText(guest.maxPerEntry)]],
    ];
  });
  const age = own?.freeUnderAge ?? null;
  const pool = own?.sharedPool ?? null;
  return [
    ...kinds,
    ["guests/freeUnderAge", f.freeUnderAge, [age === null ? null : `${String(age)} ${f.years}`]],
    ["guests/sharedPool/free", f.sharedPool, [pool === null ? null : countText(pool.free, wording)]],
  ];
}

interface Tier {
  readonly free: Count | null;
  readonly paid: Count | null;
  readonly fee: Money | null;
}

function tier(key: string, before: string, { free, paid, fee }: Tier, wording: Wording): readonly Row[] {
  const { texts, names } = wording;
  const f = texts.rulesetFields;
  return [
    [`${key}/free`, before + f.free, [countText(free, wording)]],
    [`${key}/paid`, before + f.paid, [countText(paid, wording)]],
    [`${key}/fee`, before + f.amount, [fee === null ? null : names.money(fee.amount, fee.currency)]],
  ];
}

function spend({ spend: own }: RulesetBody, { texts: { rulesetFields: f }, names }: Wording): readonly Row[] {
  if (own === null) return [["spend/amount", f.spendAmount, []]];
  return [
    ["spend/amount", f.spendAmount, [names.money(own.amount, own.currency)]],
    ["spend/days", f.spendDays, [`${String(own.days)} ${f.days}`]],
    ["spend/mccs", f.mccs, own.mccs ?? []],
    ["spend/graceDays", f.graceDays, [`${String(own.graceDays ?? 0)} ${f.days}`]],
  ];
}

function verification(
  { verification: own }: RulesetBody,
  { texts: { rulesetFields: f } }: Wording,
): readonly Row[] {
  if (own === null || own.mode === "NONE") {
    return [["verification/mode", f.verificationMode, [f.verificationModes.NONE]]];
  }
  return [
    ["verification/mode", f.verificationMode, [f.verificationModes[own.mode]]],
    ["verification/onFailure", `${f.verificationMode}: ${f.onFailure}`, [f.onFailures[own.onFailure]]],
    ...(own.chargesFees === undefined
      ? []
      : [["verification/chargesFees", f.chargesFees, [own.chargesFees ? f.yes : f.no]] as const]),
  ];
}

function offline(
  { offline: own }: RulesetBody,
  { texts: { fields, rulesetFields: f } }: Wording,
): readonly Row[] {
  if (own == null) return [["offline", f.offlineMode, [f.offlineModes.OFF]]];
  const any = (value: number | null): string => numberText(value) ?? fields.unlimited;
  return [
    ["offline/accountRanges", f.offlineRanges, [own.accountRanges ? f.yes : f.no]],
    ["offline/whitelist", f.offlineWhitelist, [own.whitelist ? f.yes : f.no]],
    ["offline/maxGuests", f.offlineGuests, [String(own.maxGuests)]],
    ["offline/perCardAndDay", f.offlinePerCard, [any(own.perCardAndDay)]],
    ["offline/perTerminalAndDay", f.offlinePerTerminal, [any(own.perTerminalAndDay)]],
  ];
}

function countText(count: Count | null, { texts: { fields } }: Wording): string {
  return count === "UNLIMITED" ? fields.unlimited : String(count ?? 0);
}

function numberText(value: number | null): string | null {
  return value === null ? null : String(value);
}

function windowText(window: Window | null, f: Texts["rulesetFields"]): string {
  if (window === null) return f.windows.NONE;
  switch (window.kind) {
    case "ROLLING":
      return `${f.windows.ROLLING}: ${String(window.days)}`;
    case "CALENDAR":
      return `${f.windowUnits[window.unit]}, ${window.timeZone}`;
    case "VALIDITY":
      return f.windows.VALIDITY;
  }
}
