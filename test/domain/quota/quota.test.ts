import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold } from "../../../src/domain/decider.ts";
import {
  quota,
  type QuotaCommand,
  quotaEvent,
  type QuotaEvent,
  quotaStream,
} from "../../../src/domain/quota/quota.ts";
import { DAY, HOUR, iso, SECOND } from "../../../src/domain/time.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { CARD, RULESET } from "../../support/domain/ids.ts";

function reserve(accessId: string, now = NOW, max = 1): QuotaCommand {
  const at = windowBounds({ kind: "ROLLING", days: 1 }, now, { from: 0, to: 1 });
  return { type: "Reserve", accessId, cardId: CARD, attemptKey: `key ${accessId}`, now, max, bounds: at };
}
const commit = (accessId: string, now = NOW, visitAt = NOW): QuotaCommand => ({
  type: "Commit",
  accessId,
  cardId: CARD,
  now,
  visitAt,
});
const release = (accessId: string): QuotaCommand => ({
  type: "Release",
  accessId,
  why: "CANCELLED",
  now: NOW,
});

describe("a programme's budget", () => {
  test("a place is reserved once, and refused when all are taken", () => {
    const one = scenario(quota)
      .when(reserve("a"))
      .then({
        type: "QuotaReserved",
        data: { accessId: "a", cardId: CARD, attemptKey: "key a", at: iso(NOW) },
      });
    scenario(quota, one.state).when(reserve("a")).thenNothing();
    scenario(quota, one.state).when(reserve("b")).thenRefused({ code: "BUDGET_USED_UP" });
    scenario(quota, one.state)
      .when(reserve("b", NOW, 2))
      .then({ type: "QuotaReserved" });
  });

  test("a place that a late confirmation takes again counts where its visit was granted, whatever is left", () => {
    const reclaim = (accessId: string): QuotaCommand => ({
      type: "Reclaim",
      accessId,
      cardId: CARD,
      visitAt: NOW - HOUR,
    });
    const again = scenario(quota)
      .after(reserve("a"), release("a"), reserve("b"))
      .when(reclaim("a"))
      .then({
        type: "QuotaReserved",
        data: { accessId: "a", cardId: CARD, attemptKey: "a", at: iso(NOW - HOUR) },
      });
    expect(again.state.instants).toEqual([NOW - HOUR, NOW]);
    scenario(quota, again.state).when(reclaim("a")).thenNothing();
    scenario(quota, again.state).when(commit("a")).then({ type: "QuotaCommitted" });
  });

  test("a place leaves the window with time", () => {
    scenario(quota)
      .after(reserve("a"))
      .when(reserve("b", NOW + DAY - 1))
      .thenRefused({ code: "BUDGET_USED_UP" });
    scenario(quota)
      .after(reserve("a"))
      .when(reserve("b", NOW + DAY))
      .then({ type: "QuotaReserved" });
  });

  test("a place that a later clock has reserved is taken for an earlier one too", () => {
    scenario(quota)
      .after(reserve("a", NOW + SECOND))
      .when(reserve("b", NOW))
      .thenRefused({ code: "BUDGET_USED_UP" });
  });

  test("of a visit that took place only a reversal gives the place back", () => {
    const { state } = scenario(quota).after(reserve("a")).when(commit("a")).then({ type: "QuotaCommitted" });
    for (const why of ["ABANDONED", "REJECTED", "GRANTED_OTHERWISE", "LAPSED", "CANCELLED"] as const) {
      scenario(quota, state).when({ type: "Release", accessId: "a", why, now: NOW }).thenNothing();
    }
    scenario(quota, state)
      .when({ type: "Release", accessId: "a", why: "REVERSED", now: NOW })
      .then({ type: "QuotaReleased" });
  });

  test("committed once, it stays taken", () => {
    const done = scenario(quota).after(reserve("a"));
    done.when(commit("a")).then({ type: "QuotaCommitted", data: { accessId: "a", visitAt: iso(NOW) } });
    done.after(commit("a")).when(commit("a")).thenNothing();
    done.after(commit("a")).when(reserve("b")).thenRefused({ code: "BUDGET_USED_UP" });
  });

  test("given back once, it is free", () => {
    const done = scenario(quota).after(reserve("a"));
    done.when(release("a")).then({ type: "QuotaReleased", data: { accessId: "a", why: "CANCELLED" } });
    done.after(release("a")).when(release("a")).thenNothing();
    done.after(release("a")).when(reserve("b")).then({ type: "QuotaReserved" });
    scenario(quota).when(release("a")).thenNothing();
  });

  test("a late confirmation counts although its place was given back, at its grant", () => {
    const { state } = scenario(quota)
      .after(reserve("a"), release("a"), reserve("b", NOW + HOUR))
      .when(commit("a", NOW + 2 * HOUR, NOW))
      .then({ type: "QuotaCommitted", data: { at: iso(NOW + 2 * HOUR), visitAt: iso(NOW) } });
    expect(state.instants).toEqual([NOW, NOW + HOUR]);
  });

  test("a place stays where it was reserved, though the grant came a moment later", () => {
    const { state } = scenario(quota).after(
      reserve("a"),
      reserve("b", NOW, 2),
      commit("a", NOW + SECOND, NOW + SECOND),
    );
    expect(state.instants).toEqual([NOW, NOW]);
    const after = scenario(quota, state).after({ type: "Release", accessId: "a", why: "REVERSED", now: NOW });
    expect(after.state.instants).toEqual([NOW]);
    expect(after.state.holds.size).toBe(1);
  });

  test("its stream bears the ruleset's name", () => {
    expect(quotaStream(RULESET)).toBe(`quota-${RULESET}`);
  });
});

const access = fc.constantFrom("a1", "b1", "c1", "d1", "a2");
const command: fc.Arbitrary<QuotaCommand> = fc
  .tuple(access, fc.nat(3), fc.integer({ min: 0, max: 3 * 24 }))
  .map(([accessId, kind, hours]) => {
    const now = NOW + hours * HOUR;
    return kind < 2 ? reserve(accessId, now, 2) : kind === 2 ? commit(accessId, now, now) : release(accessId);
  });

test("instantsAreThoseOfTheHolds, and every event survives storage", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let state = quota.initial;
      const events: QuotaEvent[] = [];
      for (const one of commands) {
        const decision = quota.decide(state, one);
        if (decision.kind === "refused") continue;
        events.push(...decision.events);
        state = fold(quota, state, decision.events);
        expect(quota.decide(state, one)).toEqual({ kind: "accepted", events: [] });
        expect(state.instants).toEqual(
          [...state.holds.entries()].map(([, hold]) => hold.at).sort((a, b) => a - b),
        );
        expect(state.holds.size).toBe(state.instants.length);
        const reserved = [...state.holds.entries()].filter(([, hold]) => hold.status === "RESERVED");
        expect([...state.open].sort()).toEqual(reserved.map(([accessId]) => accessId).sort());
      }
      const stored = events.map((event) => quotaEvent.parse(JSON.parse(JSON.stringify(event))));
      expect(stored).toEqual(events);
      expect(fold(quota, quota.initial, stored).instants).toEqual(state.instants);
    }),
    { numRuns: 2_000 },
  );
});
