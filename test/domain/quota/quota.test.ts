import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold } from "../../../src/domain/decider.ts";
import { quotaEvent, type QuotaEvent, quotaStream } from "../../../src/domain/quota/events.ts";
import { quota, type QuotaCommand } from "../../../src/domain/quota/quota.ts";
import { quotaSnapshots, type QuotaState } from "../../../src/domain/quota/state.ts";
import { DAY, HOUR, instant, iso, SECOND } from "../../../src/domain/time.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { holdsOf } from "../../support/domain/holds.ts";
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
  visitAt: NOW,
  now: NOW,
});

function throughSnapshot(state: QuotaState): QuotaState {
  const reading = quotaSnapshots.read(quotaSnapshots.write(state));
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** All that a state holds, to be compared: the maps keep theirs to themselves. */
function plain({ open, current, previous, givenBack, instants, ...rest }: QuotaState) {
  const sorted = <Value>(map: { entries(): Iterable<readonly [string, Value]> }) =>
    [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...rest,
    open: sorted(open),
    current: sorted(current),
    previous: sorted(previous),
    givenBack: sorted(givenBack),
    instants: [...instants],
  };
}

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
    expect([...again.state.instants]).toEqual([NOW - HOUR, NOW]);
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
      scenario(quota, state)
        .when({ type: "Release", accessId: "a", why, visitAt: NOW, now: NOW })
        .thenNothing();
    }
    scenario(quota, state)
      .when({ type: "Release", accessId: "a", why: "REVERSED", visitAt: NOW, now: NOW })
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
    expect([...state.instants]).toEqual([NOW, NOW + HOUR]);
  });

  test("a place stays where it was reserved, though the grant came a moment later", () => {
    const { state } = scenario(quota).after(
      reserve("a"),
      reserve("b", NOW, 2),
      commit("a", NOW + SECOND, NOW + SECOND),
    );
    expect([...state.instants]).toEqual([NOW, NOW]);
    const after = scenario(quota, state).after({
      type: "Release",
      accessId: "a",
      why: "REVERSED",
      visitAt: NOW,
      now: NOW,
    });
    expect([...after.state.instants]).toEqual([NOW]);
    expect(holdsOf(after.state).size).toBe(1);
  });

  test("visits from before the budget take their places once, whoever carries them over", () => {
    const earlier = (accessId: string, at: number) => ({ accessId, cardId: CARD, visitAt: iso(at) });
    const carry = (after: number, ...visits: ReturnType<typeof earlier>[]): QuotaCommand => ({
      type: "CarryOver",
      visits,
      after,
      now: NOW,
    });
    const visits = [earlier("old", NOW - 20 * DAY), earlier("a", NOW - HOUR)];
    const done = scenario(quota)
      .after(reserve("a", NOW - HOUR))
      .when(carry(0, ...visits))
      .then({ type: "QuotaCarriedOver", data: { visits: [earlier("old", NOW - 20 * DAY)] } });
    expect([...done.state.instants]).toEqual([NOW - 20 * DAY, NOW - HOUR]);
    scenario(quota, done.state)
      .when(carry(0, ...visits))
      .thenRefused({ code: "CARRIED_BY_ANOTHER" });
    scenario(quota, done.state)
      .when(carry(1, earlier("a", NOW - HOUR)))
      .thenNothing();
  });

  test("aVisitThatWasCarriedOverIsKnownFromThenOn: confirmed again it counts nothing, and it is given back once", () => {
    const earlier = (accessId: string, at: number) => ({ accessId, cardId: CARD, visitAt: iso(at) });
    const visits = [earlier("recent", NOW - HOUR), earlier("old", NOW - 20 * DAY)];
    const carried = scenario(quota).after({ type: "CarryOver", visits, after: 0, now: NOW });
    const back = (accessId: string, visitAt: number): QuotaCommand => ({
      type: "Release",
      accessId,
      why: "REVERSED",
      visitAt,
      now: NOW,
    });
    carried.when(commit("recent", NOW, NOW - HOUR)).thenNothing();
    carried.when(commit("old", NOW, NOW - 20 * DAY)).thenNothing();
    const recent = carried.after(back("recent", NOW - HOUR));
    expect([...recent.state.instants]).toEqual([NOW - 20 * DAY]);
    recent.when(back("recent", NOW - HOUR)).thenNothing();
    const old = carried.after(back("old", NOW - 20 * DAY));
    expect([...old.state.instants]).toEqual([NOW - HOUR]);
    old.when(back("old", NOW - 20 * DAY)).thenNothing();
  });

  test("of a visit so old that its name is forgotten, a second confirmation counts nothing, and one reversal gives back", () => {
    const later = scenario(quota)
      .after(reserve("a"), commit("a"), reserve("b", NOW + 30 * DAY))
      .when(commit("a", NOW + 30 * DAY))
      .thenNothing();
    const back: QuotaCommand = {
      type: "Release",
      accessId: "a",
      why: "REVERSED",
      visitAt: NOW,
      now: NOW + 30 * DAY,
    };
    const { state } = scenario(quota, later.state)
      .when(back)
      .then({ type: "QuotaReleased", data: { accessId: "a", visitAt: iso(NOW) } });
    expect([...state.instants]).toEqual([NOW + 30 * DAY]);
    scenario(quota, state).when(back).thenNothing();
    expect(plain(throughSnapshot(state))).toEqual(plain(state));
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
    return kind < 2 ? reserve(accessId, now, 2) : kind === 2 ? commit(accessId, now) : release(accessId);
  });

test("instantsAreThoseOfTheHolds, and every event survives storage", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let state = quota.initial;
      const events: QuotaEvent[] = [];
      const held = new Map<string, number>();
      for (const one of commands) {
        // Nobody wants a place again for a visit that took place.
        if (one.type === "Reserve" && held.has(one.accessId)) continue;
        const decision = quota.decide(state, one);
        if (decision.kind === "refused") continue;
        events.push(...decision.events);
        state = fold(quota, state, decision.events);
        expect(quota.decide(state, one)).toEqual({ kind: "accepted", events: [] });
        for (const { type, data } of decision.events) {
          if (type === "QuotaReserved") held.set(data.accessId, instant(data.at));
          if (type === "QuotaCommitted" && !held.has(data.accessId))
            held.set(data.accessId, instant(data.visitAt));
          if (type === "QuotaReleased") held.delete(data.accessId);
        }
        expect([...state.instants]).toEqual([...held.values()].sort((a, b) => a - b));
        expect(plain(throughSnapshot(state))).toEqual(plain(state));
      }
      const stored = events.map((event) => quotaEvent.parse(JSON.parse(JSON.stringify(event))));
      expect(stored).toEqual(events);
      expect([...fold(quota, quota.initial, stored).instants]).toEqual([...state.instants]);
    }),
    { numRuns: 2_000 },
  );
});
