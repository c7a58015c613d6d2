import { card } from "../../../src/domain/card/card.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import type { CardState } from "../../../src/domain/card/state.ts";
import type { Fact, Facts } from "../facts.ts";
import type { Note } from "../journals.ts";
import type { World } from "../world.ts";
import { pastOf } from "./past.ts";
import { entriesIn, offlineIn } from "./visits.ts";

/** What terminals told of the time when their line was down, against what became of it. */

/** Every report that was acknowledged is one entry of its card, and each was told one thing of it. */
export function acknowledgedReportsAreStoredOnce({ journals }: World, facts: Facts): readonly string[] {
  const events = [...facts.cards.values()].flat();
  return journals.notes.flatMap((note) => {
    const { reportId, heard } = note;
    if (heard.length === 0) return note.isLost ? [] : [`${reportId} was never acknowledged`];
    const wrong = heard.flatMap(({ outcome }) => (outcome === "INVALID" ? [`${reportId} is invalid`] : []));
    const ids = new Set(heard.map(({ accessId }) => accessId));
    for (const accessId of ids) {
      // One of a grant that could not be confirmed, and then could, is both; the grant is what counts.
      const first = heard.filter((one) => one.outcome === "ACCEPTED" && one.accessId === accessId).length;
      if (first > 1) wrong.push(`${reportId} was accepted ${String(first)} times as ${String(accessId)}`);
      const about = events.filter(
        ({ event }) => "accessId" in event.data && event.data.accessId === accessId,
      );
      const told = about.filter(({ event }) => event.type === "OfflineEntryReported");
      const confirmed = about.filter(({ event }) => event.type === "EntryConfirmed");
      if (accessId === note.grant ? confirmed.length !== 1 : told.length === 0)
        wrong.push(`${reportId} was acknowledged as ${String(accessId)}, which is not stored`);
      if (accessId !== note.grant && !told.every(({ event }) => says(event, note)))
        wrong.push(`${reportId} is stored as something else`);
    }
    const entries = new Set([...ids].filter((accessId) => accessId !== note.grant));
    const stored = new Set(
      events.flatMap(({ event }) =>
        event.type === "OfflineEntryReported" && event.data.reportId === reportId
          ? [event.data.accessId]
          : [],
      ),
    );
    if (stored.size > 1 || entries.size > 1) wrong.push(`${reportId} is several entries`);
    return wrong;
  });
}

function says(event: CardEvent, note: Note): boolean {
  if (event.type !== "OfflineEntryReported") return false;
  const { reportId, number, occurredAt, outcome, guests, terminal } = event.data;
  return (
    reportId === note.reportId &&
    number === note.number &&
    Date.parse(occurredAt) === note.occurredAt &&
    outcome === note.outcome &&
    guests.adults === note.guests &&
    note.senders.has(terminal)
  );
}

/** What a card's visits are is what its terminals and its stream say: each once, none that was reversed. */
export function visitsAreCountedOnce(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards].flatMap(([cardId, events]) => {
    const shown = (
      visits: readonly {
        readonly at: number;
        readonly paid: boolean;
        readonly rulesetId: string | null;
        readonly locationId: string;
      }[],
    ) =>
      visits
        .map(
          (one) =>
            `${String(one.at)} ${one.rulesetId ?? "-"} ${one.locationId} ${one.paid ? "PAID" : "FREE"}`,
        )
        .sort()
        .join(", ");
    const expected = shown(
      entriesIn(facts, pastOf(events))
        .filter(({ status }) => status === "COMPLETED")
        .map((one) => ({ ...one, paid: one.cost === "PAID" })),
    );
    const found = shown(foldOf(events.map(({ event }) => event)).visits);
    return found === expected ? [] : [`card ${cardId} has the visits ${found}, and should have ${expected}`];
  });
}

/** Whichever came first: the same reports among the same decisions come to the same. */
export function reportsComeToTheSameInAnyOrder(_world: World, facts: Facts): readonly string[] {
  return [...facts.cards].flatMap(([cardId, events]) => {
    const all = events.map(({ event }) => event);
    const reports = all.filter((event) => event.type === "OfflineEntryReported");
    if (reports.length === 0) return [];
    const rest = all.filter((event) => event.type !== "OfflineEntryReported");
    const sorted = [...reports].sort((a, b) => (nameOf(a.data) < nameOf(b.data) ? -1 : 1));
    const expected = comesTo(all);
    return [sorted, sorted.toReversed()].flatMap((order, way) =>
      comesTo([...order, ...rest]) === expected
        ? []
        : [`card ${cardId} comes to something else in order ${String(way)}`],
    );
  });
}

function nameOf({
  occurredAt,
  reportId,
  terminal,
}: {
  occurredAt: string;
  reportId: string;
  terminal: string;
}): string {
  return `${occurredAt} ${reportId} ${terminal}`;
}

function comesTo(events: readonly CardEvent[]): string {
  const { placed, visits } = foldOf(events);
  const entries = [...placed.entries.values()].map(({ report: _revision, change: _who, ...entry }) => entry);
  return JSON.stringify([entries, [...placed.overtaken], placed.visits, visits.length]);
}

function foldOf(events: readonly CardEvent[]): CardState {
  return events.reduce<CardState>(card.evolve, card.initial);
}

/** A terminal is told exactly those numbers of its journal as missing that never came. */
export function missingNumbersNeverCame({ journals, programme }: World, facts: Facts): readonly string[] {
  return programme.terminals.flatMap((terminal) => {
    const sent = journals.notes.filter(({ heard }) => heard.some((one) => one.terminal === terminal));
    const came = new Set(sent.map(({ number }) => number));
    const most = Math.max(0, ...came);
    const expected = Array.from({ length: most }, (_, index) => index + 1).filter((one) => !came.has(one));
    const stored = (facts.terminals.get(terminal) ?? []).flatMap(({ event }) =>
      event.type === "ReportsReceived" ? event.data.reports.map(({ number }) => number) : [],
    );
    const unheard = [...new Set(stored)].filter((one) => !came.has(one));
    const told = (journals.missing.get(terminal) ?? []).flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
    );
    return [
      ...([...came].every((one) => stored.includes(one))
        ? []
        : [`${terminal} lacks a number that it was told`]),
      ...(new Set(stored).size === stored.length ? [] : [`${terminal} has a number twice`]),
      // Sent by another one, and its answer lost: it came, and nobody heard that.
      ...(unheard.length > 0 || told.join() === expected.join()
        ? []
        : [`${terminal} is told that ${told.join()} are missing, not ${expected.join()}`]),
    ];
  });
}

/** Every report that was acknowledged is one operation, of the type that says so; one that is reversed says so. */
export async function operationsOfReports(
  { database, live }: World,
  facts: Facts,
): Promise<readonly string[]> {
  if (!live) return [];
  const rows = await database.query(
    "select access_id, type, status from operations where offline is not null",
  );
  const found = rows.map((row) => JSON.stringify(row)).sort();
  const expected = [...facts.cards.values()].flatMap((events: readonly Fact<CardEvent>[]) => {
    const past = pastOf(events);
    const counted = offlineIn(facts, past);
    return [...past.told].map(([accessId, [first]]) => {
      const [refused, isReversed] = [first?.outcome === "REFUSED", past.reversed.has(accessId)];
      const status = refused
        ? "REJECTED"
        : isReversed
          ? "REVERSED"
          : counted.has(accessId)
            ? "COMPLETED"
            : null;
      return { accessId, status };
    });
  });
  const wrong = expected.flatMap(({ accessId, status }) => {
    const own = found.filter((row) => row.includes(accessId));
    const isRight = own.every(
      (row) => row.includes("OFFLINE_BIN_RANGE") && (status === null || row.includes(`"${status}"`)),
    );
    return own.length === 1 && isRight ? [] : [`${accessId} should be ${String(status)}: ${own.join()}`];
  });
  return found.length === expected.length
    ? wrong
    : [...wrong, `${String(found.length)} operations of ${String(expected.length)} reports`];
}
