import fc from "fast-check";
import { expect, test } from "vitest";
import { quota } from "../../../src/domain/quota/quota.ts";
import { isPlaceTaken } from "../../../src/domain/quota/placeTaken.ts";
import type { QuotaState } from "../../../src/domain/quota/state.ts";
import { placesTaken } from "../../../src/domain/ruleset/evaluate/usage.ts";
import { DAY, HOUR, type Instant, iso } from "../../../src/domain/time.ts";
import type { Window } from "../../../src/domain/window.ts";
import { bodyOf, compiledOf, NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { budgetOf } from "../../support/domain/holds.ts";
import { CARD } from "../../support/domain/ids.ts";
import { counts } from "../../support/domain/naive/windows.ts";

/** A budget whose places were taken at these instants; of every second one the visit took place. */
function heldAt(instants: readonly Instant[]): QuotaState {
  return scenario(quota).given(
    ...instants.flatMap((at, index) => {
      const accessId = `visit-${String(index)}`;
      const held = { accessId, cardId: CARD, at: iso(at) };
      return [
        { type: "QuotaReserved" as const, data: { ...held, attemptKey: accessId } },
        ...(index % 2 === 0
          ? []
          : [
              {
                type: "QuotaCommitted" as const,
                data: { accessId, cardId: CARD, visitAt: iso(at), at: iso(at) },
              },
            ]),
      ];
    }),
  ).state;
}

// No longer than what happened is told apart by its id.
const hour = fc.nat({ max: 47 }).map((hours) => NOW + hours * HOUR);
const window: fc.Arbitrary<Window | null> = fc.constantFrom(
  null,
  { kind: "ROLLING", days: 1 },
  { kind: "ROLLING", days: 2 },
  { kind: "CALENDAR", unit: "DAY", timeZone: "Europe/Warsaw" },
  { kind: "VALIDITY" },
);

test("aPlaceIsTakenWhereOthersFillSomeWindowThatHoldsTheVisit, and by nothing else", () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(hour, { maxLength: 8 }),
      hour,
      fc.integer({ min: 1, max: 4 }),
      window,
      fc.option(fc.nat(7)),
      (instants, visitAt, max, over, own) => {
        const sorted = instants.toSorted((a, b) => a - b);
        const validity = { validFrom: iso(NOW), validTo: iso(NOW + 30 * HOUR) };
        const input = { totalUsage: { max, window: over }, ...validity };
        const body = bodyOf(input);
        const ours = own === null ? "visit" : `visit-${String(own)}`;
        const others = sorted.filter((_, index) => ours !== `visit-${String(index)}`);
        // Every hour at which a window may end that still has the visit in it.
        const ends = Array.from({ length: 49 }, (_, hours) => visitAt + hours * HOUR).filter(
          (end) => end === visitAt || (over?.kind === "ROLLING" && counts(over, body, end, visitAt)),
        );
        const expected = ends.some((end) => others.filter((at) => counts(over, body, end, at)).length >= max);
        expect(isPlaceTaken(heldAt(sorted), ours, visitAt, compiledOf(input))).toBe(expected);
        outcomes.add(`${over?.kind ?? "none"} ${String(expected)}`);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(outcomes.size).toBe(8);
});

test("theAttemptsOwnPlaceIsNotAmongThoseThatAreTaken, as far as it counts in the window", () => {
  const budget = budgetOf([NOW - HOUR], [NOW - 2 * DAY, NOW]);
  const bounds = { from: NOW - DAY, to: NOW + 1 };
  const taken = (own: string | null) => placesTaken({ ...budget, own }, bounds);
  expect([null, "another", "open-0", "open-1"].map(taken)).toEqual([2, 2, 2, 1]);
  expect(placesTaken({ ...budget, own: "open-0" }, { ...bounds, from: NOW - 2 * DAY })).toBe(2);
});

test("whereThereIsNoBudgetNoPlaceIsTaken", () => {
  expect(isPlaceTaken(heldAt([NOW, NOW, NOW]), "visit", NOW, compiledOf({}))).toBe(false);
});

test("aWindowThatEndsWithALaterVisitHoldsWhatLiesLessThanItsLengthBefore", () => {
  const ruleset = compiledOf({ totalUsage: { max: 1, window: { kind: "ROLLING", days: 1 } } });
  expect(isPlaceTaken(heldAt([NOW + DAY - 1]), "visit", NOW, ruleset)).toBe(true);
  expect(isPlaceTaken(heldAt([NOW + DAY]), "visit", NOW, ruleset)).toBe(false);
  expect(isPlaceTaken(heldAt([NOW - DAY + 1]), "visit", NOW, ruleset)).toBe(true);
  expect(isPlaceTaken(heldAt([NOW - DAY]), "visit", NOW, ruleset)).toBe(false);
  // Together they fill a window that ends a moment before the visit.
  const two = compiledOf({ totalUsage: { max: 2, window: { kind: "ROLLING", days: 1 } } });
  expect(isPlaceTaken(heldAt([NOW - DAY, NOW - 1]), "visit", NOW, two)).toBe(false);
});
