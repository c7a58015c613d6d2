import type { CardEvent, EntryConfirmed, EntryGranted } from "../../../src/domain/card/events.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import type { Fact, Facts } from "../facts.ts";
import { versionsOf } from "../rulesets.ts";
import type { World } from "../world.ts";

/** What was counted and charged when a visit took place, from the card's events alone. */

interface Visit {
  readonly granted: EntryGranted["data"];
  readonly grantedAt: number;
  confirmed: EntryConfirmed["data"] | null;
  confirmedAt: number;
  counts: boolean;
  /** Guests that were let in free and for money, after corrections. */
  adults: { readonly free: number; readonly paid: number };
}

/** Every head is in one tier, each tier's fee is charged, a flag has its reason, and what remains is what is left. */
export function confirmationsAddUp(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards].flatMap(([cardId, events]) => {
    const visits = new Map<string, Visit>();
    return events.flatMap(({ event, revision }) => {
      remember(visits, event, revision);
      if (event.type !== "EntryConfirmed") return [];
      const visit = visits.get(event.data.accessId);
      if (visit === undefined) return [];
      return wrongIn(facts, visits, visit, event.data, events).map(
        (what) => `card ${cardId} at revision ${String(revision)}: ${what}`,
      );
    });
  });
}

function wrongIn(
  facts: Facts,
  visits: ReadonlyMap<string, Visit>,
  visit: Visit,
  { guests, allocation, charged, flags, late, remaining }: EntryConfirmed["data"],
  events: readonly Fact<CardEvent>[],
): readonly string[] {
  const wrong: string[] = [];
  const { granted } = visit;
  if (allocation.cardholder !== granted.cost) wrong.push(`counted as ${allocation.cardholder}`);
  if (allocation.adults.free + allocation.adults.paid !== guests.adults) wrong.push("heads are missing");
  const versions = versionsOf(facts, granted.ruleset.id);
  const body = versions.find(({ version }) => version === granted.ruleset.version)?.body;
  if (body === undefined) return [...wrong, "no such version"];
  const due =
    (granted.cost === "PAID" ? feeOf(body.cardholder?.fee) : 0) +
    allocation.adults.paid * feeOf(body.guests?.adults?.fee);
  if (Number(charged?.amount ?? 0) !== due)
    wrong.push(`${charged?.amount ?? "nothing"} charged, ${String(due)} due`);

  const overtaken = [...visits.values()].some(
    (other) => other !== visit && other.confirmed !== null && other.confirmedAt > visit.grantedAt,
  );
  const isTold = events.some(({ event }) => event.type === "OfflineEntryReported");
  if (flags.length > 0 && !late && !overtaken && !isTold) wrong.push("flagged without a reason");
  // With one version and no window what counts is simply everything.
  const isPlain = versions.length === 1 && body.cardholder?.window?.kind === "VALIDITY";
  if (!isPlain || isTold || events.some(({ event }) => event.type === "VisitsAdjusted")) return wrong;
  const counted = [...visits.values()].filter(
    (one) => one.counts && one.granted.ruleset.id === granted.ruleset.id,
  );
  const adultsFree = counted.reduce((sum, { adults }) => sum + adults.free, 0);
  const adultsPaid = counted.reduce((sum, { adults }) => sum + adults.paid, 0);
  const limit = body.guests?.adults;
  const pool = body.guests?.sharedPool ?? null;
  const free = counted.filter((one) => one.granted.cost === "FREE").length;
  const most = pool === null ? Number(limit?.free ?? 0) : Math.max(0, Number(pool.free) - free);
  // What a flagged visit took beyond the limit is told there, not by a later one that took none.
  const { free: freeHere, paid: paidHere } = allocation.adults;
  if (flags.length === 0 && freeHere > 0 && adultsFree > most) wrong.push("a free guest too many");
  if (flags.length === 0 && paidHere > 0 && adultsPaid > Number(limit?.paid ?? 0))
    wrong.push("a paid guest too many");
  const left = leftAfter(body, counted);
  if (remaining.free !== left.free)
    wrong.push(`${String(remaining.free)} free remain, not ${String(left.free)}`);
  if (remaining.paid !== left.paid)
    wrong.push(`${String(remaining.paid)} paid remain, not ${String(left.paid)}`);
  return wrong;
}

function leftAfter(
  { cardholder, guests }: RulesetBody,
  counted: readonly Visit[],
): { readonly free: number; readonly paid: number } {
  const free = counted.filter(({ granted }) => granted.cost === "FREE").length;
  const pool = guests?.sharedPool ?? null;
  const shared = counted.reduce((sum, { adults }) => sum + adults.free, 0);
  return {
    free: Math.max(
      0,
      pool === null ? Number(cardholder?.free ?? 0) - free : Number(pool.free) - free - shared,
    ),
    paid: Math.max(0, Number(cardholder?.paid ?? 0) - (counted.length - free)),
  };
}

function feeOf(fee: { readonly amount: string } | null | undefined): number {
  return Number(fee?.amount ?? 0);
}

function remember(visits: Map<string, Visit>, event: CardEvent, revision: number): void {
  if (event.type === "EntryGranted") {
    const none = { free: 0, paid: 0 };
    const visit = {
      granted: event.data,
      grantedAt: revision,
      confirmed: null,
      confirmedAt: 0,
      counts: false,
    };
    visits.set(event.data.accessId, { ...visit, adults: none });
  }
  if (event.type !== "EntryConfirmed" && event.type !== "EntryReversed" && event.type !== "EntryCorrected")
    return;
  const visit = visits.get(event.data.accessId);
  if (visit === undefined) return;
  if (event.type === "EntryReversed") visit.counts = false;
  else visit.adults = event.data.allocation.adults;
  if (event.type !== "EntryConfirmed") return;
  visit.confirmed = event.data;
  visit.confirmedAt = revision;
  visit.counts = true;
}
