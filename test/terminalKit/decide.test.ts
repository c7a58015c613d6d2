import { describe, expect, test } from "vitest";
import { serverTimeAt } from "../../src/terminalKit/clock.ts";
import { decideOffline, type LetIn, mayBring } from "../../src/terminalKit/decide.ts";
import type { Terms } from "../../src/terminalKit/listShape.ts";
import type { AccountRangeList } from "../../src/terminalKit/lists.ts";

const NOW = Date.UTC(2027, 4, 10, 12);
const MASTERCARD = "5555555555554444";
const VISA = "4111111111111111";

const kind = (max: number) => ({ max, free: max, paid: 0, fee: null });

function termsOf(id: string, overrides: Partial<Terms> = {}): Terms {
  return {
    ruleset: { id, version: 1 },
    from: null,
    to: null,
    cost: "FREE",
    fee: null,
    guests: { max: 3, adults: kind(2), children: kind(2), freeUnderAge: null },
    perCardAndDay: null,
    perTerminalAndDay: null,
    ...overrides,
  };
}

function listOf(...terms: readonly Terms[]): AccountRangeList {
  const all = terms.map((_, place) => place);
  return {
    kind: "list",
    version: "v1",
    issuedAt: NOW,
    validUntil: NOW + 1_000,
    locationId: null,
    terms,
    ranges: [
      ["4111000000000000000", "4111111111111110999", all],
      ["5100000000000000000", "5599999999999999999", all],
    ],
  };
}

const letIn = (ofCard: number, underRuleset: Readonly<Record<string, number>> = {}): LetIn => ({
  ofCard,
  underRuleset: (id) => underRuleset[id] ?? 0,
});
const NONE = letIn(0);

describe("a terminal without a line", () => {
  test("letsInWhomItsListHolds, and says by which terms", () => {
    const terms = termsOf("A");
    expect(decideOffline(listOf(terms), MASTERCARD, NOW, NONE)).toEqual({
      kind: "admitted",
      mode: "BIN_RANGE",
      listVersion: "v1",
      terms,
    });
  });

  test.each([
    ["no list", null, MASTERCARD, NOW, "NO_LIST"],
    ["no list, and no number either", null, "5555555555554445", NOW, "NO_CARD_NUMBER"],
    ["one that has run out", listOf(termsOf("A")), MASTERCARD, NOW + 1_000, "NO_LIST"],
    ["a number that is none", listOf(termsOf("A")), "5555555555554445", NOW, "NO_CARD_NUMBER"],
    ["letters", listOf(termsOf("A")), "55555555555544AA", NOW, "NO_CARD_NUMBER"],
    ["a card just behind a range", listOf(termsOf("A")), VISA, NOW, "NOT_LISTED"],
    ["an empty list", { ...listOf(), ranges: [] }, MASTERCARD, NOW, "NOT_LISTED"],
    ["rules not yet in force", listOf(termsOf("A", { from: iso(NOW + 1) })), MASTERCARD, NOW, "NOT_LISTED"],
    ["rules that have ended", listOf(termsOf("A", { to: iso(NOW) })), MASTERCARD, NOW, "NOT_LISTED"],
  ] as const)("refuses with %s", (_, list, pan, now, why) => {
    expect(decideOffline(list, pan, now, NONE)).toMatchObject({ kind: "refused", why });
  });

  test("theFirstTermsThatAreInForceCount", () => {
    const list = listOf(termsOf("A", { to: iso(NOW) }), termsOf("B", { from: iso(NOW) }), termsOf("C"));
    expect(decideOffline(list, MASTERCARD, NOW - 1, NONE)).toMatchObject({ terms: { ruleset: { id: "A" } } });
    expect(decideOffline(list, MASTERCARD, NOW, NONE)).toMatchObject({ terms: { ruleset: { id: "B" } } });
  });

  test("capsHoldToTheEntry, and terms behind those that are used up let in", () => {
    const capped = termsOf("A", { perCardAndDay: 2, perTerminalAndDay: 5 });
    const ask = (counts: LetIn, ...terms: readonly Terms[]) =>
      decideOffline(listOf(...terms), MASTERCARD, NOW, counts);
    expect(ask(letIn(1, { A: 4 }), capped).kind).toBe("admitted");
    expect(ask(letIn(2, { A: 4 }), capped)).toMatchObject({ why: "CAP_OF_CARD" });
    expect(ask(letIn(1, { A: 5 }), capped)).toMatchObject({ why: "CAP_OF_TERMINAL" });
    expect(ask(letIn(1, { A: 5 }), capped, termsOf("B"))).toMatchObject({ terms: { ruleset: { id: "B" } } });
  });

  test("guestsAreBoundedByKindTogetherAndByAge", () => {
    const terms = termsOf("A");
    const may = (adults: number, children: number, freeChildren = 0, of = terms) =>
      mayBring(of, { adults, children, freeChildren });
    expect([may(2, 1), may(1, 2), may(3, 0), may(0, 3), may(2, 2), may(0, 0, 1)]).toEqual([
      ...[true, true],
      ...[false, false, false, false],
    ]);
    expect(may(0, 0, 4, { ...terms, guests: { ...terms.guests, freeUnderAge: 3 } })).toBe(true);
  });
});

describe("the time", () => {
  test("isTheServersPlusWhatTheMonotonicClockCounted, and how far it may be off grows", () => {
    const heard = { serverTime: NOW, monotonic: 5_000, took: 400 };
    expect(serverTimeAt(heard, 5_000)).toEqual({ now: NOW + 200, uncertaintySeconds: 1 });
    const day = 86_400_000;
    expect(serverTimeAt(heard, 5_000 + day)).toEqual({ now: NOW + 200 + day, uncertaintySeconds: 18 });
  });

  test("neverGoesBack, though the counter began anew", () => {
    expect(serverTimeAt({ serverTime: NOW, monotonic: 5_000, took: 0 }, 10)).toEqual({
      now: NOW,
      uncertaintySeconds: 0,
    });
  });
});

function iso(at: number): string {
  return new Date(at).toISOString();
}
