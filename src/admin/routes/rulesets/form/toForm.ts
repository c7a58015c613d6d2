import { SERVICES } from "../../../../domain/services.ts";
import type { Count } from "../../../../domain/count.ts";
import type { Money } from "../../../../domain/money.ts";
import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import type { Window } from "../../../../domain/window.ts";
import { emptyForm, type GuestForm, type RulesetForm, type TierForm, type WindowForm } from "./model.ts";

/** What is written down, as it is typed. `toBody` of it is the same body again. */
export function toForm(body: RulesetBody): RulesetForm {
  const empty = emptyForm();
  const { totalUsage, cardholder, guests, externalRule, verification } = body;
  return {
    name: body.name,
    description: body.description ?? "",
    priority: String(body.priority),
    validFrom: body.validFrom,
    validTo: body.validTo,
    criteria: criteriaForm(body, empty),
    totalUsage:
      totalUsage === null
        ? empty.totalUsage
        : {
            mode: "LIMITED",
            max: String(totalUsage.max),
            window: windowForm(totalUsage.window, empty.totalUsage.window),
          },
    currency: feesOf(body)[0]?.currency ?? empty.currency,
    cardholder:
      cardholder === null
        ? { ...empty.cardholder, mode: "NONE" }
        : {
            ...tierForm(cardholder),
            perLocation: textOf(cardholder.perLocation),
            window: windowForm(cardholder.window, empty.cardholder.window),
          },
    guests: {
      adults: guestForm(guests?.adults ?? null, empty.guests.adults),
      children: guestForm(guests?.children ?? null, empty.guests.children),
      freeUnderAge: textOf(guests?.freeUnderAge ?? null),
      hasPool: guests?.sharedPool != null,
      sharedPool: { free: textOf(guests?.sharedPool?.free ?? null) },
    },
    spend: spendForm(body, empty),
    externalRule: externalRule === null ? empty.externalRule : { ...externalRule, mode: "ON" },
    verification: verification === null ? empty.verification : verificationForm(verification),
    offline: offlineForm(body, empty),
  };
}

function verificationForm({
  mode,
  onFailure,
  chargesFees,
}: NonNullable<RulesetBody["verification"]>): RulesetForm["verification"] {
  return chargesFees === undefined ? { mode, onFailure } : { mode, onFailure, chargesFees };
}

function criteriaForm({ criteria }: RulesetBody, empty: RulesetForm): RulesetForm["criteria"] {
  if (criteria === null) return empty.criteria;
  const { locations } = criteria;
  const countries = [...(locations?.countries ?? [])];
  const locationIds = [...(locations?.locationIds ?? [])];
  return {
    issuerCountries: [...(criteria.issuerCountries ?? [])],
    productCodes: [...(criteria.productCodes ?? [])],
    icas: (criteria.icas ?? []).map(({ ica, accountRanges }) => ({
      ica,
      mode: (accountRanges ?? []).length === 0 ? "WHOLE" : "RANGES",
      accountRanges: (accountRanges ?? []).map(({ low, high }) => ({ low, high })),
    })),
    services: SERVICES.filter((service) => criteria.services?.includes(service) === true),
    placeMode: countries.length + locationIds.length === 0 ? "ANYWHERE" : "LISTED",
    locations: { countries, locationIds },
    enrolledOnly: criteria.enrolledOnly ?? false,
    minimumTrust: criteria.minimumTrust ?? "NONE",
  };
}

function spendForm({ spend }: RulesetBody, empty: RulesetForm): RulesetForm["spend"] {
  if (spend === null) return empty.spend;
  const { amount, currency, days, mccs, graceDays } = spend;
  return {
    mode: "ON",
    amount,
    currency,
    days: String(days),
    mccs: [...(mccs ?? [])],
    graceDays: graceDays === null || graceDays === 0 ? "" : String(graceDays),
  };
}

function offlineForm({ offline }: RulesetBody, empty: RulesetForm): RulesetForm["offline"] {
  if (offline == null) return empty.offline;
  const { accountRanges, whitelist, maxGuests, perCardAndDay, perTerminalAndDay } = offline;
  return {
    mode: "ON",
    accountRanges,
    whitelist,
    maxGuests: String(maxGuests),
    perCardAndDay: textOf(perCardAndDay),
    perTerminalAndDay: textOf(perTerminalAndDay),
  };
}

interface Tier {
  readonly free: Count | null;
  readonly paid: Count | null;
  readonly fee: Money | null;
}

function tierForm({ free, paid, fee }: Tier): TierForm {
  const isPaid = fee !== null || (paid ?? 0) !== 0;
  return {
    mode: !isPaid ? "FREE" : (free ?? 0) === 0 ? "PAID" : "FREE_THEN_PAID",
    free: String(free ?? 0),
    paid: isPaid ? String(paid ?? 0) : "",
    fee: { amount: fee?.amount ?? "" },
  };
}

function guestForm(
  kind: (Tier & { readonly maxPerEntry: number | null }) | null,
  empty: GuestForm,
): GuestForm {
  return kind === null ? empty : { ...tierForm(kind), maxPerEntry: textOf(kind.maxPerEntry) };
}

function windowForm(window: Window | null, empty: WindowForm): WindowForm {
  if (window === null) return { ...empty, kind: "NONE" };
  switch (window.kind) {
    case "ROLLING":
      return { ...empty, kind: "ROLLING", days: String(window.days) };
    case "CALENDAR":
      return { ...empty, kind: "CALENDAR", unit: window.unit, timeZone: window.timeZone };
    case "VALIDITY":
      return { ...empty, kind: "VALIDITY" };
  }
}

function feesOf({ cardholder, guests }: RulesetBody): readonly Money[] {
  return [cardholder, guests?.adults, guests?.children].flatMap((tier) =>
    tier?.fee == null ? [] : [tier.fee],
  );
}

function textOf(value: Count | null): string {
  return value === null ? "" : String(value);
}
