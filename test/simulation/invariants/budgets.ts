import type { QuotaEvent } from "../../../src/domain/quota/events.ts";
import type { Fact, Facts } from "../facts.ts";
import { boundsOf, type Version, versionsOf } from "../rulesets.ts";
import type { World } from "../world.ts";
import { pastOf } from "./past.ts";
import { offlineIn } from "./visits.ts";

interface Held {
  readonly at: number;
  committed: boolean;
}

/** No reservation passes the budget; what passes it was confirmed late, and the terminal could not be refused. */
export function budgetsAreNeverExceeded(_world: World, facts: Facts): readonly string[] {
  const late = new Set<string>();
  const told = [...facts.cards.values()]
    .flat()
    .flatMap(({ event }) => (event.type === "OfflineEntryReported" ? [event.data.accessId] : []));
  for (const { event } of [...facts.cards.values()].flat()) {
    if (event.type === "EntryConfirmed" && event.data.late) late.add(event.data.accessId);
    // A reversal commits before it releases: whoever released the place before, nobody commits it afterwards.
    if (event.type === "EntryReversed") late.add(event.data.accessId);
    // It happened, and takes a place whatever is left; who died before the card's stream said so takes it again.
    if (event.type === "OfflineEntryReported") late.add(event.data.accessId);
  }
  return [...facts.quotas].flatMap(([rulesetId, events]) => {
    const versions = versionsOf(facts, rulesetId);
    const held = new Map<string, Held>();
    const lapsed = new Set<string>(told);
    return events.flatMap((fact) =>
      take(held, fact, versions, late, lapsed).map(
        (what) => `${rulesetId} at revision ${String(fact.revision)}: ${what}`,
      ),
    );
  });
}

function take(
  held: Map<string, Held>,
  { event }: Fact<QuotaEvent>,
  versions: readonly Version[],
  late: ReadonlySet<string>,
  lapsed: Set<string>,
): readonly string[] {
  if (event.type === "QuotaCarriedOver")
    return ["visits were carried over into a budget that was there from the beginning"];
  const { accessId } = event.data;
  const before = held.get(accessId);
  switch (event.type) {
    case "QuotaReserved": {
      const at = Date.parse(event.data.at);
      held.set(accessId, { at, committed: false });
      if (before !== undefined) return ["reserved twice"];
      // Taken again for a late confirmation, whether that came to be or not.
      if (lapsed.has(accessId)) return [];
      // Which version a check under way was decided by is not in this stream: one of them must have allowed it.
      return versions.some((version) => fits(held, version, at)) ? [] : ["more places than the budget has"];
    }
    case "QuotaCommitted":
      held.set(accessId, { at: before?.at ?? Date.parse(event.data.visitAt), committed: true });
      if (before?.committed === true) return ["committed twice"];
      return before !== undefined || late.has(accessId)
        ? []
        : ["committed without a reservation, and not late"];
    case "QuotaReleased":
      held.delete(accessId);
      if (event.data.why === "LAPSED") lapsed.add(accessId);
      return before === undefined ? ["released, and nothing was held"] : [];
  }
}

function fits(held: ReadonlyMap<string, Held>, { body }: Version, at: number): boolean {
  if (body.totalUsage === null) return false;
  const { from, to } = boundsOf(body.totalUsage.window, at);
  const used = [...held.values()].filter((one) => one.at >= from && one.at < to).length;
  return used <= body.totalUsage.max;
}

/** In the end exactly the completed entries hold a place, and nothing is reserved. */
export function placesAgreeWithEntries({ programme }: World, facts: Facts): readonly string[] {
  const [budgeted] = programme.rulesets;
  const held = new Map<string, Held>();
  for (const fact of facts.quotas.get(budgeted) ?? []) take(held, fact, [], new Set(), new Set());
  const completed = new Set<string>();
  for (const events of facts.cards.values()) {
    const past = pastOf(events);
    for (const [accessId, { status, rulesetId }] of [...past.entries, ...offlineIn(facts, past)]) {
      if (status === "COMPLETED" && rulesetId === budgeted) completed.add(accessId);
    }
  }
  return [
    ...[...held].flatMap(([accessId, { committed }]) => {
      if (!committed) return [`the place of ${accessId} remains reserved`];
      return completed.has(accessId) ? [] : [`${accessId} holds a place, and is not completed`];
    }),
    ...[...completed].flatMap((accessId) =>
      held.has(accessId) ? [] : [`${accessId} is completed without a place`],
    ),
  ];
}
