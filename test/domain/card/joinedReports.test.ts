import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card } from "../../../src/domain/card/card.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import { placeAccount } from "../../../src/domain/card/offline/account.ts";
import { cardFacts, type CardState, initialCard } from "../../../src/domain/card/state.ts";
import { fold } from "../../../src/domain/decider.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { HOUR, iso } from "../../../src/domain/time.ts";
import { limitedRulesets, steps } from "../../support/domain/arbitraries.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { History, type Step } from "../../support/domain/history.ts";
import { ADMIN } from "../../support/domain/ids.ts";
import { reportsOf, told } from "../../support/domain/reports.ts";

/**
 * Two cards that turn out to be one account: what terminals told of them comes to the same, whether they were joined before
 * it was told, in between or afterwards, and in whatever order it was told.
 */

const RUNS = process.env["LONG"] === "1" ? 20_000 : 400;

const world = fc.record({
  versions: limitedRulesets,
  taken: steps,
  reports: fc.array(
    fc.record({ told, isPhone: fc.boolean(), isBefore: fc.boolean(), isReversed: fc.boolean() }),
    { minLength: 1, maxLength: 10 },
  ),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;
const seeds = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });

/** When they were joined, against when the reports came. */
type Joined = "BEFORE" | "BETWEEN" | "AFTER";

/** The events of plastic and phone that were decided online, before anybody knew that they are one. */
function onlineOf(versions: readonly RulesetVersion[], taken: readonly Step[]): [CardEvent[], CardEvent[]] {
  const run = new History(NOW, compilePortfolio(versions), 2);
  const streams: [CardEvent[], CardEvent[]] = [[], []];
  for (const step of taken) {
    const before = run.events.length;
    const index = step.do === "wait" ? 0 : step.card % 2;
    run.take(step.do === "wait" ? step : { ...step, card: index });
    streams[index === 0 ? 0 : 1].push(...run.events.slice(before));
  }
  return streams;
}

/** What a report is known by, whichever card it was told of. */
const labelOf = (accessId: string): string => accessId.replace(/^(plastic|phone) /, "");

/** Plastic and phone, each by its own stream. */
function cardsOf({ versions, taken, reports }: World, joined: Joined, seed: readonly number[]) {
  const streams = onlineOf(versions, taken);
  const events = reportsOf(
    reports.map((one) => one.told),
    versions,
  );
  const ends: [CardEvent[], CardEvent[]] = [[], []];
  events.forEach((event, place) => {
    if (event.type !== "OfflineEntryReported") return;
    const label = event.data.accessId;
    const report = reports[Number(label.replace("offline-", ""))];
    if (report === undefined) throw new Error(`${label} is no report`);
    const isPhones = report.isPhone && (joined === "AFTER" || (joined === "BETWEEN" && report.isBefore));
    const stream = isPhones ? 1 : 0;
    const accessId = `${isPhones ? "phone" : "plastic"} ${label}`;
    const at = (seed[place] ?? 0) % (streams[stream].length + 1);
    streams[stream].splice(at, 0, { ...event, data: { ...event.data, accessId } });
    if (report.isReversed && event.data.outcome === "ADMITTED") ends[stream].push(reversalOf(accessId));
  });
  return streams.map((stream, index) => fold(card, initialCard, [...stream, ...ends[index === 0 ? 0 : 1]]));
}

function reversalOf(accessId: string): CardEvent {
  const by = { by: ADMIN, reason: null, refund: null, paymentStatus: "NONE" as const };
  return { type: "EntryReversed", data: { accessId, at: iso(NOW + 500 * 24 * HOUR), ...by } };
}

/** All that it comes to, without what says in which stream it stands. */
function inShort(states: readonly CardState[]) {
  const visits = cardFacts(states[0] ?? initialCard, NOW, states.slice(1)).visits;
  return {
    entries: states
      .flatMap(({ placed }) => [...placed.entries.values()])
      .map(({ accessId, report, change, visit, ...rest }) => ({
        ...rest,
        label: labelOf(accessId),
        terminal: report.data.terminal,
        visit: visit === null ? null : { ...visit, accessId: labelOf(accessId) },
        isReversed: change !== null,
      }))
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
    overtaken: [...new Map(states.flatMap(({ placed }) => [...placed.overtaken]))]
      .map(([online, by]) => [online, by.map(labelOf)])
      .sort(),
    visits: visits
      .map((visit) => ({ ...visit, accessId: labelOf(visit.accessId) }))
      .sort((a, b) => (a.accessId < b.accessId ? -1 : 1)),
  };
}

describe("reports of two cards that are one account", () => {
  test("comeToTheSame, joined before they were told, in between or afterwards, in any order", () => {
    fc.assert(
      fc.property(world, seeds, seeds, seeds, (given, one, other, third) => {
        const before = inShort(placeAccount(cardsOf(given, "BEFORE", one)));
        expect(inShort(placeAccount(cardsOf(given, "AFTER", other)))).toEqual(before);
        expect(inShort(placeAccount(cardsOf(given, "BETWEEN", third)))).toEqual(before);
        expect(inShort(placeAccount([...cardsOf(given, "AFTER", third)].reverse()))).toEqual(before);
      }),
      { numRuns: RUNS },
    );
  });

  test("standEachInItsOwnCard: the same entries and visits, each once", () => {
    fc.assert(
      fc.property(world, seeds, (given, seed) => {
        const alone = cardsOf(given, "AFTER", seed);
        const together = placeAccount(alone);
        together.forEach((state, index) => {
          const own = alone[index] ?? initialCard;
          expect([...state.placed.entries.keys()].sort()).toEqual([...own.placed.entries.keys()].sort());
          const counted = [...state.placed.entries.values()].filter(({ visit }) => visit !== null);
          const online = [...state.entries.values()].filter(({ status }) => status === "COMPLETED");
          expect(state.visits.length).toBe(counted.length + online.length);
        });
        // Placed again they come to the same: what is remembered of them is not counted twice.
        expect(placeAccount(together)).toEqual(together);
      }),
      { numRuns: RUNS },
    );
  });

  test("aReplacedCardsOwnAreFlagged, and else come to what those of one card do", () => {
    fc.assert(
      fc.property(world, seeds, fc.integer({ min: 0, max: 60 * 24 }), (given, seed, hours) => {
        const at = NOW + hours * HOUR;
        const cards = cardsOf(given, "AFTER", seed);
        const whole = inShort(placeAccount(cards));
        const replaced = cards.map((state, index) =>
          index === 0
            ? state
            : { ...state, replaced: { at, into: "plastic", cause: "LOST" as const, by: ADMIN } },
        );
        const { entries, ...rest } = inShort(placeAccount(replaced));
        const isFlagged = (label: string, then: number): boolean =>
          given.reports[Number(label.replace("offline-", ""))]?.isPhone === true && then >= at;
        for (const entry of entries)
          expect(entry.flags.includes("CARD_REPLACED")).toBe(
            entry.status !== "REJECTED" && isFlagged(entry.label, entry.at),
          );
        const others = entries.map((entry) => ({
          ...entry,
          flags: entry.flags.filter((flag) => flag !== "CARD_REPLACED"),
        }));
        expect({ entries: others, ...rest }).toEqual(whole);
      }),
      { numRuns: RUNS },
    );
  });
});
