import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card, type CardCommand } from "../../../src/domain/card/card.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import { cardFacts, type CardState, initialCard } from "../../../src/domain/card/state.ts";
import { guestsOf } from "../../../src/domain/ruleset/evaluate/entitlement.ts";
import type { Heads } from "../../../src/domain/ruleset/evaluate/facts.ts";
import { nextFreeVisit, usageIn } from "../../../src/domain/ruleset/evaluate/usage.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { DAY, HOUR, iso } from "../../../src/domain/time.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { eventsOf, programme } from "../../support/domain/cardScenario.ts";
import { cardOf, compiledOf, NOW, visitOf } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, RULESET } from "../../support/domain/ids.ts";

const CALLER = { id: "01J00000000000000000000CC1", role: "CALL_CENTER" };
const OTHER = { id: "01J00000000000000000000CC2", role: "USER" };
const ID = "01J00000000000000000000AD1";
const propose: CardCommand = {
  type: "ProposeAdjustment",
  ...{ adjustmentId: ID, rulesetId: RULESET, free: 2, paid: 0 },
  ...{ now: NOW, by: CALLER, reason: "the lounge was closed" },
};
const by = (who: typeof CALLER) => ({ adjustmentId: ID, now: NOW + HOUR, by: who });
const approve: CardCommand = { type: "ApproveAdjustment", ...by(ADMIN), reason: "" };
const decline: CardCommand = { type: "DeclineAdjustment", ...by(ADMIN), reason: "it was open" };
const withdraw: CardCommand = { type: "WithdrawAdjustment", ...by(CALLER) };

describe("a proposal", () => {
  test("changesNoCountBeforeAnotherApprovesIt_AndThenAsAnAdjustmentThatNamesBoth", () => {
    const { check } = programme({ cardholder: { free: 1 } });
    const left = (state: CardState) => eventsOf(state, check({ now: NOW + DAY }));
    const proposed = scenario(card)
      .when(propose)
      .then({ type: "AdjustmentProposed", data: { by: CALLER } });
    expect(left(proposed.state)).toMatchObject([{ data: { available: { free: 1 } } }]);
    const approved = scenario(card, proposed.state)
      .when({ ...approve, reason: "so it was" })
      .then({
        type: "VisitsAdjusted",
        data: {
          ...{ adjustmentId: ID, free: 2, paid: 0, by: ADMIN, reason: "the lounge was closed" },
          ...{ proposed: { by: CALLER, at: iso(NOW) }, approvedBecause: "so it was" },
        },
      });
    expect(left(approved.state)).toMatchObject([{ data: { available: { free: 3 } } }]);
  });

  test("isDecidedByNobodyWhoProposedIt_AndWithdrawnByNobodyElse", () => {
    const open = scenario(card).after(propose);
    open.when({ ...approve, by: CALLER }).thenRefused({ code: "OWN_PROPOSAL" });
    open.when({ ...decline, by: CALLER }).thenRefused({ code: "OWN_PROPOSAL" });
    open.when({ ...withdraw, by: ADMIN }).thenRefused({ code: "NOT_OWN_PROPOSAL" });
    for (const command of [approve, decline, withdraw])
      scenario(card).when(command).thenRefused({ code: "NO_SUCH_PROPOSAL" });
  });

  test("isDecidedOnce_InWhateverOrder_AndTheSameAgainWritesNothing", () => {
    const commands = [
      propose,
      approve,
      decline,
      withdraw,
      { ...approve, by: OTHER },
      { ...decline, by: OTHER },
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 12 }), (tried) => {
        let state: CardState = initialCard;
        let decided: CardCommand | null = null;
        for (const command of [propose, ...tried]) {
          const { events, state: next } = scenario(card, state).when(command);
          expect(events.length).toBe(
            (command === propose ? state === initialCard : decided === null) ? 1 : 0,
          );
          if (command !== propose && events.length > 0) decided = command;
          state = next;
        }
        const given = decided?.type === "ApproveAdjustment" ? 1 : 0;
        expect(state.adjustments.length).toBe(given);
        // Whoever decided hears the same again, everybody else that it was decided.
        if (decided !== null) scenario(card, state).when(decided).thenNothing();
        expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
      }),
    );
  });

  test("ofAReplacedCard_CountsForItsSuccessor", () => {
    const into = "01J00000000000000000000CB2";
    const hand = { now: NOW, by: ADMIN, reason: "lost" };
    const { state } = scenario(card).after(
      propose,
      { type: "ReplaceCard", ...hand, cause: "LOST", into },
      approve,
    );
    expect(cardFacts(initialCard, NOW + DAY, [state]).adjustments).toMatchObject([{ free: 2 }]);
  });
});

const heads: fc.Arbitrary<Heads> = fc.record({ free: fc.nat(3), paid: fc.nat(2) });
const windows: fc.Arbitrary<Partial<RulesetInput>> = fc
  .constantFrom(
    { kind: "ROLLING" as const, days: 30 },
    { kind: "CALENDAR" as const, unit: "MONTH" as const, timeZone: "Europe/Warsaw" },
    { kind: "VALIDITY" as const },
    null,
  )
  .map((window) => ({
    cardholder: { window, free: 4, paid: 3, fee: { amount: "25.00", currency: "EUR" } },
    guests: {
      adults: { free: 4, paid: 4, fee: { amount: "10.00", currency: "EUR" } },
      children: { free: 2, paid: 2, fee: { amount: "5.00", currency: "EUR" } },
    },
  }));
const balances = fc.array(
  fc.record({ free: fc.nat(4), paid: fc.nat(3), ago: fc.nat(60), adults: heads, children: heads }),
  { maxLength: 5 },
);

describe("an opening balance", () => {
  const take = (more: object = {}): CardCommand => ({
    type: "TakeOpeningBalance",
    ...{ now: NOW, by: ADMIN, source: "before", rulesetId: RULESET, usedAt: NOW - DAY },
    ...{ free: 1, paid: 0, adults: { free: 0, paid: 0 }, children: { free: 0, paid: 0 } },
    ...more,
  });

  test("countsInEveryWindow_AndLeavesIt_AsSoManyVisitsOfThatDateDo", () => {
    fc.assert(
      fc.property(windows, balances, fc.nat(45), (input, used, later) => {
        const ruleset = compiledOf(input);
        const now = NOW + later * DAY;
        const taken = used.map(({ ago, ...one }, place) =>
          take({ ...one, usedAt: NOW - ago * DAY, source: `file-${String(place)}` }),
        );
        const brought = cardFacts(scenario(card).after(...taken).state, now);
        const nobody = { adults: { free: 0, paid: 0 }, children: { free: 0, paid: 0 } };
        const visited = cardOf({
          visits: used.flatMap(({ free, paid, ago }) => {
            const visit = { at: NOW - ago * DAY, locationId: "elsewhere" };
            return [
              ...Array.from({ length: free }, () => visitOf({ ...visit, ...nobody })),
              ...Array.from({ length: paid }, () => visitOf({ ...visit, ...nobody, paid: true })),
            ];
          }),
          adjustments: used.map(({ ago, adults, children }) => ({
            ...{ rulesetId: RULESET, at: NOW - ago * DAY, free: 0, paid: 0 },
            guests: { adults, children },
          })),
        });
        const bounds = windowBounds(ruleset.limits.window, now, ruleset.validity);
        const usage = usageIn(brought, RULESET, null, bounds);
        expect(usage).toEqual(usageIn(visited, RULESET, null, bounds));
        const isIn = ({ ago }: (typeof used)[number]): boolean =>
          NOW - ago * DAY >= bounds.from && NOW - ago * DAY < bounds.to;
        const sum = (of: (one: (typeof used)[number]) => number): number =>
          used.filter(isIn).reduce((total, one) => total + of(one), 0);
        expect(usage).toMatchObject({
          ...{ freeVisits: sum(({ free }) => free), paidVisits: sum(({ paid }) => paid), hereVisits: 0 },
          ...{ adultsFree: sum((one) => one.adults.free), childrenPaid: sum((one) => one.children.paid) },
        });
        expect(nextFreeVisit(brought, ruleset, now)).toBe(nextFreeVisit(visited, ruleset, now));
        expect(guestsOf(ruleset, usage, "FREE").adults.free).toBe(
          Math.max(0, Math.min(4, 4 - sum((one) => one.adults.free))),
        );
      }),
    );
  });

  test("isTakenOnceForItsSourceRulesetAndTime_AndAnotherSumIsRefused", () => {
    const first = scenario(card)
      .when(take())
      .then({ type: "OpeningBalanceTaken", data: { free: 1 } });
    const again = scenario(card, first.state);
    again.when(take({ now: NOW + DAY, by: OTHER })).thenNothing();
    again.when(take({ free: 2 })).thenRefused({ code: "BALANCE_DIFFERS" });
    again.when(take({ adults: { free: 1, paid: 0 } })).thenRefused({ code: "BALANCE_DIFFERS" });
    for (const other of [
      { source: "after" },
      { usedAt: NOW - 2 * DAY },
      { rulesetId: "01J00000000000000000000RB2" },
    ])
      again.when(take(other)).then({ type: "OpeningBalanceTaken" });
    expect(cardFromSnapshot(cardSnapshot(first.state))).toEqual(first.state);
  });
});
