import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card } from "../../../src/domain/card/card.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import type { OfflineEntry } from "../../../src/domain/card/offline/entry.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import { type CardState, initialCard } from "../../../src/domain/card/state.ts";
import { fold } from "../../../src/domain/decider.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { HOUR, iso } from "../../../src/domain/time.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { limitsOf } from "../../../src/domain/card/offline/rules.ts";
import { limitedRulesets, steps } from "../../support/domain/arbitraries.ts";
import { reverseOf } from "../../support/domain/commands.ts";
import { NOW, versionOf } from "../../support/domain/fixtures.ts";
import { History, type Step } from "../../support/domain/history.ts";
import { ADMIN } from "../../support/domain/ids.ts";
import { reportsOf, type Told, told } from "../../support/domain/reports.ts";

/** What reports of a card come to: theorems over any online history and any set of reports. */

const RUNS = process.env["LONG"] === "1" ? 20_000 : 400;
const world = fc.record({
  versions: limitedRulesets,
  taken: steps,
  reports: fc.array(told, { minLength: 1, maxLength: 10 }),
});

function onlineOf(versions: readonly RulesetVersion[], taken: readonly Step[]): readonly CardEvent[] {
  const run = new History(NOW, compilePortfolio(versions), 1);
  for (const step of taken) run.take(step.do === "wait" ? step : { ...step, card: 0 });
  return run.events;
}

/** Without what says where in the stream it stands. */
function inShort(state: CardState) {
  const entry = ({ report, ...rest }: OfflineEntry) => ({ ...rest, report: report.data });
  return {
    entries: [...state.placed.entries].map(([id, one]) => [id, entry(one)]).sort(),
    overtaken: [...state.placed.overtaken].sort(),
    visits: state.placed.visits,
  };
}

/** Some order in which the reports come between the online events, whose own order stays. */
function merged(
  online: readonly CardEvent[],
  reports: readonly CardEvent[],
  seed: readonly number[],
): readonly CardEvent[] {
  const all = [...online];
  reports.forEach((event, i) => all.splice((seed[i] ?? 0) % (all.length + 1), 0, event));
  return all;
}

const seeds = fc.array(fc.nat(), { minLength: 20, maxLength: 20 });

describe("reports of a card", () => {
  test("areFlaggedFromTheReplacementOfTheirCardOn, whichever is told first", () => {
    fc.assert(
      fc.property(
        world,
        seeds,
        fc.integer({ min: 0, max: 60 * 24 }),
        ({ versions, reports }, seed, hours) => {
          const at = NOW + hours * HOUR;
          const replaced: CardEvent = {
            type: "CardReplaced",
            data: { at: iso(at), by: ADMIN, reason: "", cause: "LOST", into: "another" },
          };
          const { placed } = fold(card, initialCard, merged([replaced], reportsOf(reports, versions), seed));
          for (const { flags, at: then, status } of placed.entries.values())
            expect(flags.includes("CARD_REPLACED")).toBe(status !== "REJECTED" && then >= at);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("orderIndependent: whatever came first, and however often", () => {
    fc.assert(
      fc.property(world, seeds, seeds, ({ versions, taken, reports }, one, other) => {
        const online = onlineOf(versions, taken);
        const events = reportsOf(reports, versions);
        const shuffled = events.map((_, i) => events[(i * 7 + (one[0] ?? 0)) % events.length]);
        const isWhole = new Set(shuffled).size === events.length;
        const orders = [
          merged(online, events, one),
          merged(online, [...events].reverse(), other),
          merged(online, isWhole ? shuffled.flatMap((event) => event ?? []) : events, other),
        ].map((order) => inShort(fold(card, initialCard, order)));
        expect(orders[1]).toEqual(orders[0]);
        expect(orders[2]).toEqual(orders[0]);
      }),
      { numRuns: RUNS },
    );
  });

  test("toldAgainWritesNothing", () => {
    fc.assert(
      fc.property(world, ({ versions, taken, reports }) => {
        const events = reportsOf(reports, versions);
        const state = fold(card, initialCard, [...onlineOf(versions, taken), ...events]);
        for (const { data } of events) {
          if (!("reportId" in data) || !("circumstances" in data)) continue;
          const { at: _at, ...report } = data;
          const decision = card.decide(state, { type: "ReportOffline", now: state.lastAt, report });
          expect(decision).toEqual({ kind: "accepted", events: [] });
        }
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test("aSnapshotIsTheFold", () => {
    fc.assert(
      fc.property(world, ({ versions, taken, reports }) => {
        const state = fold(card, initialCard, [
          ...onlineOf(versions, taken),
          ...reportsOf(reports, versions),
        ]);
        expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test("noMoreFreeVisitsThanTheRulesetHas, unless it is flagged", () => {
    fc.assert(
      fc.property(world, ({ versions, reports }) => {
        const { placed } = fold(card, initialCard, reportsOf(reports, versions));
        const entries = [...placed.entries.values()].filter(({ status }) => status === "COMPLETED");
        for (const { at, report, flags } of entries) {
          if (flags.includes("OVER_LIMIT") || report.data.rules === null) continue;
          const { limits, validity } = limitsOf(report.data.rules);
          if (limits.pool !== null) continue;
          const { from } = windowBounds(limits.window, at, validity);
          const before = placed.visits.filter(
            (visit) => visit.rulesetId === report.data.ruleset?.id && visit.at >= from && visit.at <= at,
          );
          const own = before.findIndex(({ accessId }) => accessId === report.data.accessId);
          const counted = before.slice(0, own + 1);
          expect(counted.filter(({ paid }) => !paid).length).toBeLessThanOrEqual(
            Math.max(limits.free, 0) + overs(counted),
          );
        }

        function overs(visits: CardState["placed"]["visits"]): number {
          return visits.filter(({ accessId }) => placed.entries.get(accessId)?.flags.includes("OVER_LIMIT"))
            .length;
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("aReversalTakesItOutOfEveryCount", () => {
    fc.assert(
      fc.property(world, ({ versions, taken, reports }) => {
        const events = [...onlineOf(versions, taken), ...reportsOf(reports, versions)];
        const state = fold(card, initialCard, events);
        for (const { accessId, status } of state.placed.entries.values()) {
          const decision = card.decide(state, reverseOf({ accessId, now: state.lastAt }));
          expect(decision.kind).toBe(status === "COMPLETED" ? "accepted" : "refused");
          if (decision.kind !== "accepted") continue;
          const after = fold(card, state, decision.events);
          expect(after.placed.entries.get(accessId)?.status).toBe("REVERSED");
          const without = events.filter(
            (event) => event.type !== "OfflineEntryReported" || event.data.accessId !== accessId,
          );
          expect(after.placed.visits).toEqual(fold(card, initialCard, without).placed.visits);
          expect(card.decide(after, reverseOf({ accessId, now: state.lastAt })).kind).toBe("refused");
        }
      }),
      { numRuns: RUNS / 4 },
    );
  });
});

describe("a review", () => {
  const version = versionOf();
  const one: Told = {
    hours: 1,
    minutes: 0,
    ruleset: 9,
    place: 0,
    terminal: 0,
    adults: 0,
    children: 0,
    refused: false,
    uncertaintySeconds: 0,
    copied: false,
    cooldown: 60,
  };

  test("covers the flags of its moment: the same again is not written, and what comes later waits", () => {
    const state = fold(card, initialCard, reportsOf([one], [version]));
    const entry = state.placed.entries.get("offline-0");
    expect(entry?.flags).toEqual(["NO_RULE"]);
    const review = {
      type: "ReviewOffline" as const,
      accessId: "offline-0",
      now: state.lastAt,
      by: ADMIN,
      decision: "ACCEPTED" as const,
      reason: "known",
      flags: ["NO_RULE"],
    };
    const decided = card.decide(state, review);
    expect(decided).toMatchObject({ kind: "accepted", events: [{ type: "OfflineEntryReviewed" }] });
    const reviewed = fold(card, state, decided.kind === "accepted" ? decided.events : []);
    expect(card.decide(reviewed, review)).toEqual({ kind: "accepted", events: [] });
    const flags = ["NO_RULE", "LOOKS_LIKE_ANOTHER"];
    expect(card.decide(reviewed, { ...review, flags })).toMatchObject({ events: [{ data: { flags } }] });
    expect(card.decide(reviewed, { ...review, flags: [] })).toMatchObject({
      refusal: { code: "NOTHING_TO_REVIEW" },
    });
    expect(card.decide(reviewed, { ...review, accessId: "none" })).toMatchObject({
      refusal: { code: "ENTRY_NOT_FOUND" },
    });
  });
});
