import type { EntryGranted, EntryRejected } from "../../../src/domain/card/events.ts";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import type { Facts } from "../facts.ts";
import { versionOf, versionsOf } from "../rulesets.ts";
import type { World } from "../world.ts";
import { type Entry, noPast, type Past, pastOf, remember } from "./past.ts";
import { entriesIn, leftOf } from "./visits.ts";

/** Every grant fits into the limits of the version that it names, and no card has two entries open. */
export function grantsKeepTheLimits(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards.values()].flatMap((events) => {
    const past = noPast();
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
  const entries = entriesIn(facts, past);
  for (const { status, expiresAt } of entries) {
    if (status === "PENDING" && now < expiresAt) wrong.push("granted while an entry was open");
  }
  const cooldown = (granted.location.cooldownMinutes ?? 0) * 60_000;
  for (const { status, confirmedAt, locationId } of entries) {
    const here = locationId === granted.location.id;
    if (here && status === "COMPLETED" && now - confirmedAt < cooldown)
      wrong.push("granted within the cooldown");
  }
  const version = versionOf(facts, granted.ruleset.id, granted.ruleset.version);
  if (version === null) return [...wrong, "granted under a version that was never published"];
  return [...wrong, ...overLimit(entries, past.given, granted, version.body, now)];
}

/** Every rejection has its reason in the card's own stream; only a budget lies outside of it. */
export function refusalsAreJustified(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards.values()].flatMap((events) => {
    const past = noPast();
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
  const entries = entriesIn(facts, past);
  switch (code) {
    case "CARD_REPLACED":
      return past.replaced;
    case "CARD_FROZEN":
      return past.frozen;
    case "TEMPORARILY_BLOCKED":
      return entries.some(({ status, expiresAt }) => status === "PENDING" && now < expiresAt);
    case "COOLDOWN_ACTIVE":
      return entries.some(
        ({ status, confirmedAt, locationId }) =>
          status === "COMPLETED" &&
          locationId === location?.id &&
          now - confirmedAt < (location.cooldownMinutes ?? 0) * 60_000,
      );
    case "LIMIT_EXCEEDED": {
      const version = ruleset === null ? null : versionOf(facts, ruleset.id, ruleset.version);
      if (ruleset === null || version === null) return false;
      const { freeLeft, paidLeft, hereLeft } = leftOf(
        entries,
        past.given,
        ruleset.id,
        version.body,
        location?.id,
        now,
      );
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

function overLimit(
  entries: readonly Entry[],
  given: Past["given"],
  granted: EntryGranted["data"],
  body: RulesetBody,
  now: number,
): readonly string[] {
  if (body.cardholder === null) return [];
  const { freeLeft, paidLeft, hereLeft } = leftOf(
    entries,
    given,
    granted.ruleset.id,
    body,
    granted.location.id,
    now,
  );
  if (hereLeft <= 0) return ["a visit too many at this place"];
  if (granted.cost === "FREE" && freeLeft <= 0)
    return [`a free visit too many (${String(freeLeft)} were left)`];
  if (granted.cost === "PAID" && freeLeft > 0) return ["paid for, while a free visit was left"];
  if (granted.cost === "PAID" && paidLeft <= 0) return ["a paid visit too many"];
  return granted.available.free === Math.max(0, freeLeft)
    ? []
    : [`${String(freeLeft)} free visits were left`];
}

/** In the end nothing is open: what was not confirmed is cancelled or lapsed. */
export function everyEntryIsClosed(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards.values()].flatMap((events) =>
    [...pastOf(events).entries].flatMap(([accessId, { status }]) =>
      status === "PENDING" ? [`${accessId} is open`] : [],
    ),
  );
}
