import type { GuestForm, RulesetForm, TierForm, WindowForm } from "./model.ts";
import { UNLIMITED } from "./model.ts";

/**
 * What is sent of what is typed: nothing of what a choice hides. A field that is wanted and empty is sent as the empty text,
 * and what is no number as it stands, for the schema to refuse at its field.
 */
export function toBody(form: RulesetForm): unknown {
  const { totalUsage, cardholder, spend, externalRule, verification, offline } = form;
  return {
    name: form.name,
    description: form.description,
    priority: numberOf(form.priority),
    validFrom: form.validFrom,
    validTo: form.validTo,
    criteria: criteriaOf(form),
    totalUsage:
      totalUsage.mode === "NONE"
        ? null
        : { max: numberOf(totalUsage.max), window: windowOf(totalUsage.window) },
    cardholder:
      cardholder.mode === "NONE"
        ? null
        : {
            ...tierOf(cardholder, form),
            perLocation: optionalOf(cardholder.perLocation),
            window: windowOf(cardholder.window),
          },
    guests: guestsOf(form),
    spend:
      spend.mode === "OFF"
        ? null
        : {
            amount: decimalOf(spend.amount),
            currency: spend.currency,
            days: numberOf(spend.days),
            mccs: listOf(spend.mccs),
            graceDays: optionalOf(spend.graceDays) ?? 0,
          },
    externalRule:
      externalRule.mode === "OFF" ? null : { ruleId: externalRule.ruleId, onFailure: externalRule.onFailure },
    verification: verification.mode === "NONE" ? null : verificationOf(verification),
    offline:
      offline.mode === "OFF"
        ? null
        : {
            accountRanges: offline.accountRanges,
            whitelist: offline.whitelist,
            maxGuests: optionalOf(offline.maxGuests) ?? 0,
            perCardAndDay: optionalOf(offline.perCardAndDay),
            perTerminalAndDay: optionalOf(offline.perTerminalAndDay),
          },
  };
}

function criteriaOf({ criteria }: RulesetForm): unknown {
  const { locations, placeMode } = criteria;
  const isListed = placeMode === "LISTED" && locations.countries.length + locations.locationIds.length > 0;
  const made = {
    issuerCountries: listOf(criteria.issuerCountries.map(upper)),
    productCodes: listOf(criteria.productCodes.map(upper)),
    icas: listOf(
      criteria.icas.map(({ ica, mode, accountRanges }) => ({
        ica: ica.trim(),
        accountRanges:
          mode === "WHOLE"
            ? null
            : accountRanges.map(({ low, high }) => ({ low: low.trim(), high: high.trim() })),
      })),
    ),
    services: listOf(criteria.services),
    locations: isListed
      ? { countries: listOf(locations.countries.map(upper)), locationIds: listOf(locations.locationIds) }
      : null,
    enrolledOnly: criteria.enrolledOnly ? true : null,
    minimumTrust: criteria.minimumTrust === "NONE" ? null : criteria.minimumTrust,
  };
  return Object.values(made).every((value) => value === null) ? null : made;
}

function guestsOf(form: RulesetForm): unknown {
  const { adults, children, freeUnderAge, hasPool, sharedPool } = form.guests;
  const made = {
    adults: guestOf(adults, form),
    children: guestOf(children, form),
    freeUnderAge: optionalOf(freeUnderAge),
    sharedPool: hasPool ? { free: countOf(sharedPool.free) } : null,
  };
  return Object.values(made).every((value) => value === null) ? null : made;
}

function guestOf(guest: GuestForm, form: RulesetForm): unknown {
  return guest.mode === "NONE"
    ? null
    : { ...tierOf(guest, form), maxPerEntry: optionalOf(guest.maxPerEntry) };
}

/** Where a pool is the free tier, an empty free count is none. */
function tierOf({ mode, free, paid, fee }: TierForm, { currency, guests }: RulesetForm) {
  const isFree = mode === "FREE" || mode === "FREE_THEN_PAID";
  const isPaid = mode === "PAID" || mode === "FREE_THEN_PAID";
  const ownFree = guests.hasPool && free.trim() === "" ? 0 : countOf(free);
  return {
    free: isFree ? ownFree : 0,
    paid: isPaid ? countOf(paid) : 0,
    fee: isPaid ? { amount: decimalOf(fee.amount), currency } : null,
  };
}

function windowOf({ kind, days, unit, timeZone }: WindowForm): unknown {
  switch (kind) {
    case "NONE":
      return null;
    case "ROLLING":
      return { kind, days: numberOf(days) };
    case "CALENDAR":
      return { kind, unit, timeZone: timeZone.trim() };
    case "VALIDITY":
      return { kind };
  }
}

function numberOf(text: string): number | string {
  const digits = text.trim();
  return /^\d+$/.test(digits) ? Number(digits) : digits;
}

function countOf(text: string): number | string {
  return text === UNLIMITED ? UNLIMITED : numberOf(text);
}

function optionalOf(text: string): number | string | null {
  return text.trim() === "" ? null : numberOf(text);
}

/** A comma is a point where people write it so. */
function decimalOf(text: string): string {
  return text.trim().replace(",", ".");
}

function listOf<Item>(items: readonly Item[]): readonly Item[] | null {
  return items.length === 0 ? null : items;
}

function upper(text: string): string {
  return text.trim().toUpperCase();
}

function verificationOf({ mode, onFailure, chargesFees }: RulesetForm["verification"]): object {
  return chargesFees === undefined ? { mode, onFailure } : { mode, onFailure, chargesFees };
}
