import type { Adjustment, Visit } from "../../ruleset/evaluate/facts.ts";
import type { Instant } from "../../time.ts";
import type { CompletedEntry, Entry } from "../entry.ts";
import type { OfflineHistory } from "./history.ts";
import { type Placement, placeReports } from "./placement.ts";

/** A card as its reports are placed by. */
interface Told {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly adjustments: readonly Adjustment[];
  readonly replaced: { readonly at: Instant } | null;
  readonly offline: OfflineHistory;
  readonly visits: readonly Visit[];
  readonly placed: Placement;
}

/**
 * The cards of one account, each with what stands in its own stream, placed among all that was told and decided of any of
 * them: as if all had been told of one card from the start. Where nothing was told, the same objects.
 */
export function placeAccount<Card extends Told>(cards: readonly Card[]): readonly Card[] {
  if (cards.every(({ offline }) => offline.reports.size === 0)) return cards;
  const placed = placeReports(
    cards.map(({ offline, replaced }) => ({ ...offline, replacedAt: replaced?.at ?? null })),
    {
      online: onlineOf(cards),
      adjustments: cards.flatMap(({ adjustments }) => adjustments),
      grant: (accessId, terminal) => {
        const entry = cards.map(({ entries }) => entries.get(accessId)).find((one) => one !== undefined);
        if (entry?.terminal !== terminal) return null;
        return entry.status === "COMPLETED" || entry.status === "REVERSED" ? entry.status : null;
      },
    },
  );
  return cards.map((card) => {
    const own = cards.length === 1 ? placed : partOf(placed, card);
    const visits = [...completedIn(card.entries).map(visitOf), ...own.visits];
    return { ...card, placed: own, visits: visits.sort((a, b) => a.confirmedAt - b.confirmedAt) };
  });
}

/** In one order, whichever of the cards comes first. */
function onlineOf(cards: readonly Told[]): readonly Visit[] {
  const visits = cards.flatMap(({ entries }) => completedIn(entries).map(visitOf));
  if (cards.length === 1) return visits;
  return visits.sort((a, b) => a.confirmedAt - b.confirmedAt || (a.accessId < b.accessId ? -1 : 1));
}

/** What of it is about entries in one card's stream. */
function partOf({ entries, visits, overtaken }: Placement, card: Told): Placement {
  const isTold = (accessId: string): boolean => card.offline.reports.has(accessId);
  return {
    entries: new Map([...entries].filter(([accessId]) => isTold(accessId))),
    visits: visits.filter(({ accessId }) => isTold(accessId)),
    overtaken: new Map(
      [...overtaken].filter(([accessId, by]) => card.entries.has(accessId) || by.some(isTold)),
    ),
  };
}

export function completedIn(entries: ReadonlyMap<string, Entry>): readonly CompletedEntry[] {
  return [...entries.values()]
    .filter((entry) => entry.status === "COMPLETED")
    .sort((a, b) => a.confirmRevision - b.confirmRevision);
}

export function visitOf(entry: CompletedEntry): Visit {
  return {
    accessId: entry.accessId,
    rulesetId: entry.rulesetId,
    locationId: entry.locationId,
    at: entry.at,
    confirmedAt: entry.confirmedAt,
    paid: entry.allocation.cardholder === "PAID",
    adults: entry.allocation.adults,
    children: entry.allocation.children,
  };
}
