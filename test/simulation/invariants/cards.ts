import type { CardEvent, EntryGranted, EntryRejected } from "../../../src/domain/card/events.ts";
import { LATE_CONFIRM_ENDS } from "../../../src/domain/policies.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import type { Fact, Facts } from "../facts.ts";
import { boundsOf, versionOf, versionsOf } from "../rulesets.ts";
import type { World } from "../world.ts";

/** What one card had done before an event, told from its events alone and in the plainest way. */
interface Past {
  frozen: boolean;
  readonly entries: Map<string, Entry>;
  readonly given: { readonly rulesetId: string; readonly at: number; readonly free: number }[];
}

interface Entry {
  readonly granted: EntryGranted["data"];
  readonly at: number;
  status: "PENDING" | "COMPLETED" | "REVERSED" | "CANCELLED" | "EXPIRED";
  confirmedAt: number;
  /** Guests that were let in free. */
  guestsFree: number;
}

/** Every grant fits into the limits of the version that it names, and no card has two entries open. */
export function grantsKeepTheLimits(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards.values()].flatMap((events) => {
    const past: Past = { frozen: false, entries: new Map(), given: [] };
    return events.flatMap(({ event, of, revision }) => {
      const wrong = event.type === "EntryGranted" ? wrongGrant(facts, past, event.data) : [];
      const illegal = remember(past, event);
      return [...wrong, ...illegal].map((what) => `card ${of} at revision ${String(revision)}: ${what}`);
    });
  });
}

function wrongGrant(facts: Facts, past: Past, granted: EntryGranted["data"]): readonly string[] {
  const now = Date.parse(granted.at);
  const wrong: string[] = [];
  if (past.frozen) wrong.push("granted to a frozen card");
  for (const { status, granted: other } of past.entries.values()) {
    if (status === "PENDING" && now < Date.parse(other.expiresAt))
      wrong.push("granted while an entry was open");
  }
  const cooldown = (granted.location.cooldownMinutes ?? 0) * 60_000;
  for (const { status, confirmedAt, granted: other } of past.entries.values()) {
    const here = other.location.id === granted.location.id;
    if (here && status === "COMPLETED" && now - confirmedAt < cooldown)
      wrong.push("granted within the cooldown");
  }
  const version = versionOf(facts, granted.ruleset.id, granted.ruleset.version);
  if (version === null) return [...wrong, "granted under a version that was never published"];
  return [...wrong, ...overLimit(past, granted, version.body, now)];
}

/** Every rejection has its reason in the card's own stream; only a budget lies outside of it. */
export function refusalsAreJustified(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards.values()].flatMap((events) => {
    const past: Past = { frozen: false, entries: new Map(), given: [] };
    return events.flatMap(({ event, of, revision }) => {
      const unfounded = event.type === "EntryRejected" && !isJustified(facts, past, event.data);
      remember(past, event);
      return unfounded
        ? [`card ${of} at revision ${String(revision)}: ${event.data.code} without a reason`]
        : [];
    });
  });
}

function isJustified(
  facts: Facts,
  past: Past,
  { at, code, location, ruleset }: EntryRejected["data"],
): boolean {
  const now = Date.parse(at);
  const entries = [...past.entries.values()];
  switch (code) {
    case "CARD_FROZEN":
      return past.frozen;
    case "TEMPORARILY_BLOCKED":
      return entries.some(
        ({ status, granted }) => status === "PENDING" && now < Date.parse(granted.expiresAt),
      );
    case "COOLDOWN_ACTIVE":
      return entries.some(
        ({ status, confirmedAt, granted }) =>
          status === "COMPLETED" &&
          granted.location.id === location?.id &&
          now - confirmedAt < (location.cooldownMinutes ?? 0) * 60_000,
      );
    case "LIMIT_EXCEEDED": {
      const version = ruleset === null ? null : versionOf(facts, ruleset.id, ruleset.version);
      if (ruleset === null || version === null) return false;
      const { freeLeft, paidLeft, hereLeft } = leftOf(past, ruleset.id, version.body, location?.id, now);
      return version.body.totalUsage !== null || (freeLeft <= 0 && paidLeft <= 0) || hereLeft <= 0;
    }
    case "MISSING_ACCESS_RULES":
      // Retired, or by this instance's clock not yet in force.
      return [...facts.rulesets].some(
        ([id, events]) =>
          events.some(({ event }) => event.type === "RulesetRetired") ||
          versionsOf(facts, id).every(({ from }) => from > now),
      );
    case "UNKNOWN_DEVICE":
    case "CARD_EXPIRED":
    case "UNMET_REQUIREMENTS":
    case "CARD_ASI_FAILED":
    case "CARD_AUTH_INSUFFICIENT_FUNDS":
    case "CARD_AMOUNT_AUTH_FAILED":
      // Nothing that happens here can lead to these in a card's stream.
      return false;
  }
}

function leftOf(
  past: Past,
  rulesetId: string,
  { cardholder, guests }: RulesetBody,
  locationId: string | undefined,
  now: number,
): { readonly freeLeft: number; readonly paidLeft: number; readonly hereLeft: number } {
  if (cardholder === null) return { freeLeft: 1, paidLeft: 1, hereLeft: 1 };
  const bounds = boundsOf(cardholder.window, now);
  const within = (at: number): boolean => at >= bounds.from && at < bounds.to;
  const visits = [...past.entries.values()].filter(
    ({ status, at, granted: { ruleset } }) =>
      status === "COMPLETED" && ruleset.id === rulesetId && within(at),
  );
  const free = visits.filter(({ granted: { cost } }) => cost === "FREE").length;
  const here = visits.filter(({ granted: { location } }) => location.id === locationId).length;
  const given = past.given
    .filter((one) => one.rulesetId === rulesetId && within(one.at))
    .reduce((sum, one) => sum + one.free, 0);
  // A pool takes the place of the free visits, and guests use it up as well.
  const pool = guests?.sharedPool ?? null;
  const shared = visits.reduce((sum, { guestsFree }) => sum + guestsFree, 0);
  return {
    freeLeft:
      pool === null ? Number(cardholder.free) + given - free : Number(pool.free) + given - free - shared,
    paidLeft: Number(cardholder.paid) - (visits.length - free),
    hereLeft: (cardholder.perLocation ?? Number.POSITIVE_INFINITY) - here,
  };
}

function overLimit(
  past: Past,
  granted: EntryGranted["data"],
  body: RulesetBody,
  now: number,
): readonly string[] {
  if (body.cardholder === null) return [];
  const { freeLeft, paidLeft, hereLeft } = leftOf(past, granted.ruleset.id, body, granted.location.id, now);
  if (hereLeft <= 0) return ["a visit too many at this place"];
  if (granted.cost === "FREE" && freeLeft <= 0)
    return [`a free visit too many (${String(freeLeft)} were left)`];
  if (granted.cost === "PAID" && freeLeft > 0) return ["paid for, while a free visit was left"];
  if (granted.cost === "PAID" && paidLeft <= 0) return ["a paid visit too many"];
  return granted.available.free === Math.max(0, freeLeft)
    ? []
    : [`${String(freeLeft)} free visits were left`];
}

/** What an event does; a move that must not be is answered. */
function remember(past: Past, event: CardEvent): readonly string[] {
  switch (event.type) {
    case "EntryGranted": {
      const { accessId, at } = event.data;
      if (past.entries.has(accessId)) return ["granted twice"];
      past.entries.set(accessId, {
        granted: event.data,
        at: Date.parse(at),
        status: "PENDING",
        confirmedAt: 0,
        guestsFree: 0,
      });
      return [];
    }
    case "EntryConfirmed": {
      const entry = past.entries.get(event.data.accessId);
      if (entry === undefined) return ["confirmed and never granted"];
      const before = entry.status;
      entry.status = "COMPLETED";
      entry.confirmedAt = Date.parse(event.data.at);
      entry.guestsFree = event.data.allocation.adults.free;
      if (event.data.offline === undefined && entry.confirmedAt - entry.at >= LATE_CONFIRM_ENDS)
        return ["confirmed too late"];
      return before === "PENDING" || before === "EXPIRED" ? [] : [`confirmed when it was ${before}`];
    }
    case "EntryCancelled":
      return move(past, event.data.accessId, "PENDING", "CANCELLED");
    case "EntryLapsed":
      return move(past, event.data.accessId, "PENDING", "EXPIRED");
    case "EntryReversed":
      return move(past, event.data.accessId, "COMPLETED", "REVERSED");
    case "CardFrozen":
    case "CardUnfrozen":
      past.frozen = event.type === "CardFrozen";
      return [];
    case "VisitsAdjusted": {
      const { rulesetId, at, free } = event.data;
      past.given.push({ rulesetId, at: Date.parse(at), free });
      return [];
    }
    case "EntryCorrected": {
      const entry = past.entries.get(event.data.accessId);
      if (entry === undefined) return ["corrected and never granted"];
      entry.guestsFree = event.data.allocation.adults.free;
      return [];
    }
    case "EntryRejected":
    case "AttemptAbandoned":
    case "PaymentRecorded":
    case "OfflineEntryReported":
    case "OfflineEntryReviewed":
    case "CardJoined":
    case "CardAbsorbed":
    case "CardEnrolled":
    case "CardUnenrolled":
      return [];
  }
}

function move(past: Past, accessId: string, from: Entry["status"], to: Entry["status"]): readonly string[] {
  const entry = past.entries.get(accessId);
  const before = entry?.status;
  if (entry !== undefined) entry.status = to;
  return before === from ? [] : [`${to} when it was ${before ?? "never granted"}`];
}

/** In the end nothing is open: what was not confirmed is cancelled or lapsed. */
export function everyEntryIsClosed(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards.values()].flatMap((events) =>
    [...entriesOf(events)].flatMap(([accessId, { status }]) =>
      status === "PENDING" ? [`${accessId} is open`] : [],
    ),
  );
}

/** How every entry of a card ended. */
export function entriesOf(events: readonly Fact<CardEvent>[]): ReadonlyMap<string, Entry> {
  const past: Past = { frozen: false, entries: new Map(), given: [] };
  for (const { event } of events) remember(past, event);
  return past.entries;
}
