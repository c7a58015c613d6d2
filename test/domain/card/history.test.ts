import fc from "fast-check";
import { expect, test } from "vitest";
import { card } from "../../../src/domain/card/card.ts";
import { cardEvent } from "../../../src/domain/card/events.ts";
import { cardFacts, cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/state.ts";
import { fold } from "../../../src/domain/decider.ts";
import type { CompiledRuleset, RulesetVersion } from "../../../src/domain/ruleset/compile.ts";
import type { Visit } from "../../../src/domain/ruleset/facts.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/portfolio.ts";
import { type Usage, usageIn } from "../../../src/domain/ruleset/usage.ts";
import { instant, MINUTE } from "../../../src/domain/time.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { limitedRulesets, steps } from "../../support/domain/arbitraries.ts";
import { guests, reverseOf } from "../../support/domain/commands.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { isForgotten } from "../../../src/domain/quota/state.ts";
import { holdsOf } from "../../support/domain/holds.ts";
import { History, type Step } from "../../support/domain/history.ts";
import { LOCATIONS } from "../../support/domain/ids.ts";

/** Theorems on any history of cards, through the real deciders. */

const RUNS = process.env["LONG"] === "1" ? 50_000 : 1_000;

const NOTHING = { kind: "accepted", events: [] };

/** Rulesets and steps, played only inside the property: a counterexample then shows them, not the outcome. */
const history = fc.record({ versions: limitedRulesets, taken: steps });

function play({ versions, taken }: { versions: readonly RulesetVersion[]; taken: readonly Step[] }): History {
  const run = new History(NOW, compilePortfolio(versions));
  for (const step of taken) run.take(step);
  return run;
}

function passedLimits({ limits }: CompiledRuleset, usage: Usage): readonly string[] {
  const { adults, children, pool } = limits;
  const freeHeads = usage.adultsFree + usage.childrenFree;
  const passed: Record<string, boolean> = {
    paid: usage.paidVisits > limits.paid,
    perLocation: usage.hereVisits > limits.perLocation,
    adultsPaid: usage.adultsPaid > adults.paid,
    childrenPaid: usage.childrenPaid > children.paid,
    free: pool === null ? usage.freeVisits > limits.free : usage.freeVisits + freeHeads > pool,
    adultsFree: pool === null && usage.adultsFree > adults.free,
    childrenFree: pool === null && usage.childrenFree > children.free,
  };
  return Object.keys(passed).filter((limit) => passed[limit]);
}

test("noWindowEverExceedsItsLimit", () => {
  const seen = { visits: 0, late: 0, flagged: 0, full: 0 };
  fc.assert(
    fc.property(history, (made) => {
      const run = play(made);
      seen.flagged += run.flagged.size;
      seen.late += run.events.filter((event) => event.type === "EntryConfirmed" && event.data.late).length;
      for (const state of run.cards) {
        const unflagged = (visit: Visit): boolean => !run.flagged.has(visit.accessId);
        const facts = { ...cardFacts(state, run.now), visits: state.visits.filter(unflagged) };
        seen.visits += facts.visits.length;
        for (const visit of facts.visits) {
          const ruleset = run.rulesetOf(visit.rulesetId);
          const bounds = windowBounds(ruleset.limits.window, visit.at, ruleset.validity);
          for (const location of LOCATIONS) {
            const usage = usageIn(facts, ruleset.id, location, bounds);
            if (usage.freeVisits === ruleset.limits.free) seen.full++;
            expect(passedLimits(ruleset, usage)).toEqual([]);
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(Object.entries(seen).filter(([, count]) => count < RUNS / 20)).toEqual([]);
});

test("noBudgetIsEverExceeded", () => {
  let full = 0;
  fc.assert(
    fc.property(history, (made) => {
      const run = play(made);
      for (const [id, state] of run.quotas) {
        const { budget, validity } = run.rulesetOf(id);
        if (budget === null) throw new Error("a quota without a budget");
        const instants = [...holdsOf(state)]
          .filter(([accessId]) => !run.flagged.has(accessId))
          .map(([, at]) => at);
        for (const at of instants) {
          const { from, to } = windowBounds(budget.window, at, validity);
          const used = instants.filter((other) => from <= other && other < to).length;
          expect(used).toBeLessThanOrEqual(budget.max);
          if (used === budget.max) full++;
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(full).toBeGreaterThan(RUNS / 20);
});

test("everyHoldIsAnOpenOrCompletedEntry", () => {
  fc.assert(
    fc.property(history, (made) => {
      const run = play(made);
      for (const [id, state] of run.quotas) {
        const kept = run.cards.flatMap((state) =>
          [...state.entries.values()].filter(
            (entry) => entry.rulesetId === id && (entry.status === "PENDING" || entry.status === "COMPLETED"),
          ),
        );
        expect([...state.instants]).toEqual(kept.map(({ at }) => at).sort((a, b) => a - b));
        // By name those are known that somebody may still name.
        const named = kept.filter(({ at }) => !isForgotten(state, at)).map(({ accessId }) => accessId);
        const known = [...holdsOf(state).keys()];
        expect(known).toEqual(expect.arrayContaining(named));
        expect(kept.map(({ accessId }) => accessId)).toEqual(expect.arrayContaining(known));
      }
    }),
    { numRuns: RUNS },
  );
});

test("reversalRestoresEveryCount", () => {
  const held = (run: History): unknown =>
    [...run.quotas]
      .map(([id, { instants }]) => ({ id, instants: [...instants] }))
      .filter(({ instants }) => instants.length > 0);
  let reversed = 0;
  fc.assert(
    fc.property(history, fc.nat(3), (made, heads) => {
      const run = play(made);
      // What is open would lapse on the way, and give its own place back.
      run.take({ do: "cancel", card: 0, back: 0 });
      run.take({ do: "wait", for: 6 * MINUTE });
      run.take({ do: "lapse", card: 0, back: 0 });
      const before = run.card(0);
      const heldBefore = held(run);
      const entry = run.check(0, 0);
      if (entry === null) return;
      if (run.send(0, run.confirmation(entry, guests(heads))) === null) {
        run.send(0, run.confirmation(entry, guests()));
      }
      expect(run.card(0).visits).toHaveLength(before.visits.length + 1);
      run.send(0, reverseOf({ accessId: entry.accessId, now: run.now }));
      expect(run.card(0).visits).toEqual(before.visits);
      expect(run.card(0).adjustments).toEqual(before.adjustments);
      expect(held(run)).toEqual(heldBefore);
      reversed++;
    }),
    { numRuns: RUNS },
  );
  expect(reversed).toBeGreaterThan(RUNS / 20);
});

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
