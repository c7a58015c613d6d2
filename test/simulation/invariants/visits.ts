import type { ReportData } from "../../../src/domain/card/offline/events.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import type { Facts } from "../facts.ts";
import { boundsOf, versionOf } from "../rulesets.ts";
import type { Entry, Past } from "./past.ts";

/** The visits of a card that count, online and offline, by the plainest of bookkeepings. */

/** Online entries however they stand, and those that terminals told of, where they count. */
export function entriesIn(facts: Facts, past: Past): readonly Entry[] {
  return [...past.entries.values(), ...offlineIn(facts, past).values()];
}

/** By access id, in the order in which they took place: each sees those before it, and what was decided online. */
export function offlineIn(facts: Facts, past: Past): ReadonlyMap<string, Entry> {
  const counted = new Map<string, Entry>();
  for (const [accessId, data] of inOrder(past)) {
    const { location, ruleset, outcome, terminal, guests } = data;
    const grant = data.grant === null ? undefined : past.entries.get(data.grant);
    const isOtherwise =
      grant?.terminal === terminal && (grant.status === "COMPLETED" || grant.status === "REVERSED");
    if (outcome === "REFUSED" || location === null || isOtherwise || past.reversed.has(accessId)) continue;
    const at = instantOf(data);
    const body = ruleset === null ? null : (versionOf(facts, ruleset.id, ruleset.version)?.body ?? null);
    const before = [...past.entries.values(), ...counted.values()].filter((one) => one.at <= at);
    const adults = guests.adults - (past.takenOut.get(accessId) ?? 0);
    counted.set(accessId, {
      terminal,
      rulesetId: ruleset?.id ?? null,
      locationId: location.id,
      at,
      expiresAt: at,
      status: "COMPLETED",
      confirmedAt: at,
      ...tierOf(before, past.given, ruleset?.id ?? "", body, location.id, at, adults),
    });
  }
  return counted;
}

function tierOf(
  before: readonly Entry[],
  given: Past["given"],
  rulesetId: string,
  body: RulesetBody | null,
  locationId: string,
  at: number,
  adults: number,
): Pick<Entry, "cost" | "guestsFree"> {
  if (body === null) return { cost: "FREE", guestsFree: 0 };
  const { freeLeft } = leftOf(before, given, rulesetId, body, locationId, at);
  // Where nothing can be paid, it happened free of charge.
  const hasPaid = Number(body.cardholder?.paid ?? 0) > 0;
  const cost = freeLeft > 0 || !hasPaid ? "FREE" : "PAID";
  const shared = Math.max(0, freeLeft) - (cost === "FREE" ? 1 : 0);
  return { cost, guestsFree: body.guests?.sharedPool == null ? 0 : Math.max(0, Math.min(adults, shared)) };
}

export function leftOf(
  entries: readonly Entry[],
  given: Past["given"],
  rulesetId: string,
  { cardholder, guests }: RulesetBody,
  locationId: string | undefined,
  now: number,
): { readonly freeLeft: number; readonly paidLeft: number; readonly hereLeft: number } {
  if (cardholder === null) return { freeLeft: 1, paidLeft: 1, hereLeft: 1 };
  const bounds = boundsOf(cardholder.window, now);
  const until = cardholder.window?.kind === "ROLLING" ? now + 1 : bounds.to;
  const within = (at: number): boolean => at >= bounds.from && at < until;
  const visits = entries.filter(
    (one) => one.status === "COMPLETED" && one.rulesetId === rulesetId && within(one.at),
  );
  const free = visits.filter(({ cost }) => cost === "FREE").length;
  const here = visits.filter((one) => one.locationId === locationId).length;
  const more = given
    .filter((one) => one.rulesetId === rulesetId && within(one.at))
    .reduce((sum, one) => sum + one.free, 0);
  // A pool takes the place of the free visits, and guests use it up as well.
  const pool = guests?.sharedPool ?? null;
  const shared = visits.reduce((sum, { guestsFree }) => sum + guestsFree, 0);
  return {
    freeLeft:
      pool === null ? Number(cardholder.free) + more - free : Number(pool.free) + more - free - shared,
    paidLeft: Number(cardholder.paid) - (visits.length - free),
    hereLeft: (cardholder.perLocation ?? Number.POSITIVE_INFINITY) - here,
  };
}

/** One copy of each: of a terminal that was paired then, by serial number. */
function inOrder({ told }: Past): readonly (readonly [accessId: string, data: ReportData])[] {
  const rank = ({ circumstances, terminal }: ReportData): string =>
    `${circumstances.terminal === "ACTIVE" ? "0" : "1"} ${terminal}`;
  return [...told]
    .flatMap(([accessId, copies]) => {
      const [first] = [...copies].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
      return first === undefined ? [] : [[accessId, first] as const];
    })
    .sort(([, a], [, b]) => instantOf(a) - instantOf(b) || (a.reportId < b.reportId ? -1 : 1));
}

/** When it took place; a clock that is ahead counts as of when it was heard. */
function instantOf({ occurredAt, at }: ReportData): number {
  return Math.min(Date.parse(occurredAt), Date.parse(at));
}
