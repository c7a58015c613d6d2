import type { CheckFacts } from "../../../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetBody } from "../../../../src/domain/ruleset/events.ts";
import { DAY, type Instant } from "../../../../src/domain/time.ts";
import type { Window } from "../../../../src/domain/window.ts";
import { naiveUnit } from "./calendar.ts";

/** Windows and counting, one visit and one question at a time. */

/** Whether what happened at `at` counts in the window as it stands at `now`. */
export function counts(window: Window | null, body: RulesetBody, now: Instant, at: Instant): boolean {
  if (window === null) return true;
  switch (window.kind) {
    case "ROLLING":
      return now - window.days * DAY < at && at <= now;
    case "CALENDAR": {
      const unit = naiveUnit(window.unit, window.timeZone, now);
      return unit.from <= at && at < unit.to;
    }
    case "VALIDITY":
      return startOf(body) <= at && at < endOf(body);
  }
}

export function startOf(body: RulesetBody): Instant {
  return body.validFrom === null ? Number.NEGATIVE_INFINITY : Date.parse(body.validFrom);
}

export function endOf(body: RulesetBody): Instant {
  return body.validTo === null ? Number.POSITIVE_INFINITY : Date.parse(body.validTo);
}

export interface NaiveUsage {
  readonly freeLeft: number;
  readonly paidLeft: number;
  readonly hereLeft: number;
  readonly adultsFree: number;
  readonly adultsPaid: number;
  readonly childrenFree: number;
  readonly childrenPaid: number;
}

export function usageAt(
  facts: CheckFacts,
  ruleset: { readonly id: string; readonly body: RulesetBody },
  locationId: string,
  now: Instant,
): NaiveUsage {
  const { body, id } = ruleset;
  const { cardholder } = body;
  const window = cardholder?.window ?? null;
  const visits = facts.card.visits.filter((one) => one.rulesetId === id && counts(window, body, now, one.at));
  const given = facts.card.adjustments.filter(
    (one) => one.rulesetId === id && counts(window, body, now, one.at),
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  // Whoever came along to a visit here, or to one before this product counted.
  const parties = [...visits, ...given.flatMap(({ guests }) => guests ?? [])];
  const adultsFree = sum(parties.map((one) => one.adults.free));
  const childrenFree = sum(parties.map((one) => one.children.free));
  const freeVisits = visits.filter((one) => !one.paid).length;
  const givenFree = sum(given.map((one) => one.free));
  const pool = body.guests?.sharedPool ?? null;
  const free = cardholder === null ? Number.POSITIVE_INFINITY : unlimited(cardholder.free);
  return {
    freeLeft:
      pool === null
        ? free - freeVisits + givenFree
        : unlimited(pool.free) - freeVisits - adultsFree - childrenFree + givenFree,
    paidLeft:
      unlimited(cardholder?.paid ?? 0) -
      visits.filter((one) => one.paid).length +
      sum(given.map((one) => one.paid)),
    hereLeft:
      unlimited(cardholder?.perLocation ?? "UNLIMITED") -
      visits.filter((one) => one.locationId === locationId).length,
    adultsFree,
    adultsPaid: sum(parties.map((one) => one.adults.paid)),
    childrenFree,
    childrenPaid: sum(parties.map((one) => one.children.paid)),
  };
}

export function unlimited(value: number | "UNLIMITED" | null): number {
  if (value === null) return 0;
  return value === "UNLIMITED" ? Number.POSITIVE_INFINITY : value;
}

/**
 * The first later instant at which it fits, tried at every instant at which something used could
 * leave the window; null for none while the ruleset is valid.
 */
export function firstFit(
  window: Window | null,
  body: RulesetBody,
  now: Instant,
  used: readonly Instant[],
  fits: (at: Instant) => boolean,
): Instant | null {
  const candidates =
    window?.kind === "ROLLING"
      ? used.flatMap((at) => [at + window.days * DAY - 1, at + window.days * DAY, at + window.days * DAY + 1])
      : window?.kind === "CALENDAR"
        ? [naiveUnit(window.unit, window.timeZone, now).to]
        : [];
  const first = candidates
    .filter((at) => at > now)
    .sort((a, b) => a - b)
    .find((at) => fits(at));
  return first === undefined || first >= endOf(body) ? null : first;
}
