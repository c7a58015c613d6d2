import fc from "fast-check";
import { expect, test } from "vitest";
import { card } from "../../../src/domain/card/card.ts";
import { cardEvent } from "../../../src/domain/card/events.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import { fold } from "../../../src/domain/decider.ts";
import type { RulesetVersion } from "../../../src/domain/ruleset/stream.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import { instant } from "../../../src/domain/time.ts";
import { limitedRulesets, steps } from "../../support/domain/arbitraries.ts";
import { guests, reverseOf } from "../../support/domain/commands.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { History, type Step } from "../../support/domain/history.ts";

/** Theorems on any history of cards, through the real deciders; those on limits and budgets are in `test/histories`. */

const RUNS = process.env["LONG"] === "1" ? 50_000 : 1_000;

const NOTHING = { kind: "accepted", events: [] };

/** Rulesets and steps, played only inside the property: a counterexample then shows them, not the outcome. */
const history = fc.record({ versions: limitedRulesets, taken: steps });

function play({ versions, taken }: { versions: readonly RulesetVersion[]; taken: readonly Step[] }): History {
  const run = new History(NOW, compilePortfolio(versions));
  for (const step of taken) run.take(step);
  return run;
}

test("repeatedCommandWritesNothing", () => {
  fc.assert(
    fc.property(history, (made) => {
      const run = play(made);
      for (const state of run.cards) {
        for (const entry of state.entries.values()) {
          const { accessId } = entry;
          const at = { accessId, now: run.now, requestId: null, terminal: entry.terminal };
          if (entry.status === "CANCELLED") {
            expect(card.decide(state, { type: "CancelEntry", ...at, reason: null })).toEqual(NOTHING);
          }
          if (entry.status === "COMPLETED" || entry.status === "REVERSED") {
            expect(card.decide(state, run.confirmation(entry, entry.guests))).toEqual(NOTHING);
          }
          if (entry.status === "REVERSED") {
            expect(card.decide(state, reverseOf({ accessId, now: run.now })).kind).toBe("refused");
          }
          if (entry.status === "EXPIRED" && state.openId === null) {
            expect(card.decide(state, { type: "LapseEntry", ...at })).toEqual(NOTHING);
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test("timeNeverRunsBackInAStream", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 400_000 }), (made, behind) => {
      const run = play(made);
      for (const state of run.cards) {
        // Another instance, whose clock is behind.
        const now = run.now - behind;
        const by = { by: { id: "a", role: "ADMIN" }, reason: "", now };
        for (const entry of state.entries.values()) {
          for (const command of [
            { ...run.confirmation(entry, guests()), now },
            { type: "LapseEntry" as const, accessId: entry.accessId, now },
            reverseOf({ accessId: entry.accessId, now }),
            { type: "FreezeCard" as const, ...by },
          ]) {
            const decision = card.decide(state, command);
            for (const event of decision.kind === "accepted" ? decision.events : []) {
              expect(instant(event.data.at)).toBeGreaterThanOrEqual(state.lastAt);
            }
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test("everyEventSurvivesStorage", () => {
  fc.assert(
    fc.property(history, (made) => {
      const run = play(made);
      for (const event of run.events) {
        const stored: unknown = JSON.parse(JSON.stringify(event));
        expect(cardEvent.parse(stored)).toEqual(event);
      }
    }),
    { numRuns: RUNS / 5 },
  );
});

test("aSnapshotIsTheFold", () => {
  fc.assert(
    fc.property(history, (made) => {
      const run = play(made);
      for (const state of run.cards) expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
    }),
    { numRuns: RUNS },
  );
});

test("foldingInPiecesIsFoldingAtOnce", () => {
  fc.assert(
    fc.property(history, fc.nat(), (made, cut) => {
      const run = play({
        ...made,
        taken: made.taken.map((step) => ("card" in step ? { ...step, card: 0 } : step)),
      });
      const { events } = run;
      const at = events.length === 0 ? 0 : cut % events.length;
      const half = cardFromSnapshot(cardSnapshot(fold(card, card.initial, events.slice(0, at))));
      expect(fold(card, half, events.slice(at))).toEqual(fold(card, card.initial, events));
    }),
    { numRuns: RUNS },
  );
});
