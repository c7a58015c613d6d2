import type { CardLimits } from "../ruleset/evaluate/compile.ts";
import type { Visit } from "../ruleset/evaluate/facts.ts";
import { freeLeft, paidLeft, type Usage, usageIn } from "../ruleset/evaluate/usage.ts";
import type { Instant } from "../time.ts";
import { windowBounds } from "../window.ts";
import type { ConfirmEntry } from "./confirmation.ts";
import type { Allocation } from "./shapes.ts";
import type { Entry } from "./entry.ts";
import { type CardState, cardFacts, openEntry } from "./state.ts";

type Confirmed = Pick<ConfirmEntry, "grantedUnder" | "joined" | "budgetTaken">;

/**
 * Whether a visit that was confirmed passes a limit: it came late, and others had taken its place; or its guests take
 * places that a late one had taken. Judged by the version in the grant.
 *
 * @param after the card with the confirmation in it
 */
export function isOverLimit(
  after: CardState,
  entry: Entry,
  allocation: Allocation,
  command: Confirmed,
  { now, late }: { readonly now: Instant; readonly late: boolean },
): boolean {
  const mayBeLateOnes = late || overtaken(after, entry);
  if (!mayBeLateOnes) return false;
  const { limits } = command.grantedUnder;
  const usages = usagesAround(after, entry, command, now);
  if (late && (command.budgetTaken || visitPlaceTaken(entry, limits, usages))) return true;
  return guestPlaceTaken(allocation, limits, usages);
}

/** Whether another entry was confirmed, late then, while this grant was open. */
function overtaken(after: CardState, entry: Entry): boolean {
  return [...after.entries.values()].some(
    (other) =>
      other.status === "COMPLETED" &&
      other.accessId !== entry.accessId &&
      other.confirmRevision > entry.grantRevision,
  );
}

function visitPlaceTaken(entry: Entry, limits: CardLimits, usages: readonly Usage[]): boolean {
  return usages.some((usage) => {
    const tierLeft = entry.cost === "FREE" ? freeLeft(limits, usage) : paidLeft(limits, usage);
    return tierLeft < 0 || usage.hereVisits > limits.perLocation;
  });
}

/** Looks only at the tiers that this entry's own guests are in. */
function guestPlaceTaken(
  { adults, children }: Allocation,
  limits: CardLimits,
  usages: readonly Usage[],
): boolean {
  return usages.some((usage) => {
    if (adults.paid > 0 && usage.adultsPaid > limits.adults.paid) return true;
    if (children.paid > 0 && usage.childrenPaid > limits.children.paid) return true;
    if (limits.pool !== null) return adults.free + children.free > 0 && freeLeft(limits, usage) < 0;
    if (adults.free > 0 && usage.adultsFree > limits.adults.free) return true;
    return children.free > 0 && usage.childrenFree > limits.children.free;
  });
}

/**
 * The usage in each window that holds the grant and could be the fullest: those that took its place
 * were granted after it. A grant that is open holds one visit, no guests.
 */
function usagesAround(
  after: CardState,
  entry: Entry,
  { grantedUnder: ruleset, joined }: Confirmed,
  now: Instant,
): readonly Usage[] {
  const open = openEntry(after);
  const held = open === null || now >= open.expiresAt ? [] : [heldVisit(open)];
  const known = cardFacts(after, now, joined);
  const card = { ...known, visits: [...known.visits, ...held] };
  const later = card.visits.filter((visit) => visit.at > entry.at).map((visit) => visit.at);
  return [entry.at, ...later]
    .map((at) => windowBounds(ruleset.limits.window, at, ruleset.validity))
    .filter((bounds) => entry.at >= bounds.from)
    .map((bounds) => usageIn(card, ruleset.id, entry.locationId, bounds));
}

function heldVisit(open: Entry): Visit {
  const { accessId, rulesetId, locationId, at, cost } = open;
  const none = { free: 0, paid: 0 };
  return {
    accessId,
    rulesetId,
    locationId,
    at,
    confirmedAt: at,
    paid: cost === "PAID",
    adults: none,
    children: none,
  };
}
