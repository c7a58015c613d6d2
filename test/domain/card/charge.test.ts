import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card, type CardCommand } from "../../../src/domain/card/card.ts";
import {
  chargedMinor,
  openSteps,
  paymentStateOf,
  refundedMinor,
} from "../../../src/domain/card/charge/charge.ts";
import { chargedEntry, type PaymentTold } from "../../../src/domain/card/charge/decide.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import { stillCharged } from "../../../src/domain/card/guests.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import type { CardState } from "../../../src/domain/card/state.ts";
import { fold } from "../../../src/domain/decider.ts";
import { toMinor } from "../../../src/domain/money.ts";
import { SECOND } from "../../../src/domain/time.ts";
import { programme } from "../../support/domain/cardScenario.ts";
import { confirmOf, guests, reverseOf } from "../../support/domain/commands.ts";
import { factsOf, NOW } from "../../support/domain/fixtures.ts";
import { ADMIN } from "../../support/domain/ids.ts";

/** A fee that the acquirer charges, whatever is heard of it in whatever order. */

const RUNS = process.env["LONG"] === "1" ? 20_000 : 2_000;
const ID = "access-1";
const EUR = (amount: string) => ({ amount, currency: "EUR" });

const { check, ruleset, granted } = programme({
  cardholder: { paid: "UNLIMITED", fee: EUR("25.00") },
  guests: { adults: { paid: 5, fee: EUR("10.00") } },
  verification: { mode: "ASI", chargesFees: true },
});
const verified = (isReferenced: boolean) => {
  const { now: _now, location: _location, card: _card, ...facts } = factsOf();
  const verification = { method: "ASI" as const, outcome: "PASSED" as const, responseCode: "00" };
  return {
    facts: { ...facts, verification: isReferenced ? { ...verification, isReferenced } : verification },
  };
};

function after(state: CardState, command: CardCommand): { state: CardState; events: readonly CardEvent[] } {
  const decision = card.decide(state, command);
  const events = decision.kind === "accepted" ? decision.events : [];
  return { state: fold(card, state, events), events };
}

const begun = after(
  granted(verified(true)).state,
  confirmOf(ruleset, { guests: guests(2), now: NOW + SECOND }),
);

function partsOf(state: CardState) {
  const found = chargedEntry(state, ID);
  if (found === null) throw new Error("the fee is charged");
  return found;
}

type Act =
  | { readonly do: "hear"; readonly of: number; readonly told: PaymentTold }
  | { readonly do: "giveUp"; readonly of: number }
  | { readonly do: "correct" | "reverse" | "collect" }
  | { readonly do: "resolve"; readonly outcome: "PAID" | "NOT_PAID" | "REFUNDED" };

const told: fc.Arbitrary<PaymentTold> = fc.oneof(
  fc.record({
    outcome: fc.constantFrom("APPROVED" as const, "DECLINED" as const, "VOIDED" as const),
    responseCode: fc.constantFrom("00", "51", null),
  }),
  fc.constant({ outcome: "UNKNOWN" as const, why: "NO_ANSWER" }),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("hear" as const), of: fc.nat(3), told }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("giveUp" as const), of: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("correct" as const, "reverse" as const, "collect" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("resolve" as const),
      outcome: fc.constantFrom("PAID" as const, "NOT_PAID" as const, "REFUNDED" as const),
    }),
  },
);

function commandOf(state: CardState, one: Act, now: number): CardCommand {
  const { charge } = partsOf(state);
  const keys = [charge.key, ...charge.refunds.map(({ key }) => key)];
  switch (one.do) {
    case "hear":
      return { type: "HearOfPayment", accessId: ID, key: keys[one.of] ?? charge.key, told: one.told, now };
    case "giveUp":
      return { type: "GiveUpPayment", accessId: ID, key: keys[one.of] ?? charge.key, why: "NO_ANSWER", now };
    case "correct":
      return reverseOf({ guests: guests(1), now });
    case "reverse":
      return reverseOf({ now });
    case "collect": {
      const payment = { collectedBy: "TERMINAL" as const, reference: "slip", amount: EUR("45.00") };
      return confirmOf(ruleset, { guests: guests(2), payment, now });
    }
    case "resolve":
      return { type: "ResolvePayment", accessId: ID, by: ADMIN, reason: "seen", outcome: one.outcome, now };
  }
}

describe("what is requested", () => {
  test("withTheConfirmation the charge of all that is due, under a key of the entry", () => {
    expect(begun.events).toMatchObject([
      { type: "EntryConfirmed", data: { charged: EUR("45.00"), paymentStatus: "PENDING" } },
      { type: "ChargeRequested", data: { key: "access-1-fee", amount: EUR("45.00") } },
    ]);
  });

  test("nothing without a reference, nor where the terminal has collected, nor of a free visit", () => {
    const without = granted(verified(false)).state;
    expect(after(without, confirmOf(ruleset, { guests: guests(2) })).events).toHaveLength(1);
    const payment = { collectedBy: "TERMINAL" as const, reference: null, amount: EUR("45.00") };
    const collected = after(
      granted(verified(true)).state,
      confirmOf(ruleset, { guests: guests(2), payment }),
    );
    expect(collected.events).toMatchObject([{ type: "EntryConfirmed", data: { paymentStatus: "PAID" } }]);
    expect(check()).toBeDefined();
  });
});

describe("whatever is heard, in whatever order", () => {
  const anyLife = fc.array(act, { maxLength: 20 });

  test("neverMoreThanOneCharge, and never more given back than was charged", () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        let { state } = begun;
        const events: CardEvent[] = [...begun.events];
        acts.forEach((one, index) => {
          const next = after(state, commandOf(state, one, NOW + (index + 2) * SECOND));
          state = next.state;
          events.push(...next.events);
          const { charge } = partsOf(state);
          expect(refundedMinor(charge)).toBeLessThanOrEqual(chargedMinor(charge));
          const asked = charge.refunds.reduce((sum, { amount }) => sum + toMinor(amount), 0n);
          expect(asked).toBeLessThanOrEqual(toMinor(charge.amount));
        });
        expect(events.filter(({ type }) => type === "ChargeRequested")).toHaveLength(1);
        const keys = events.flatMap((event) => (event.type === "RefundRequested" ? [event.data.key] : []));
        expect(new Set(keys).size).toBe(keys.length);
        expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
      }),
      { numRuns: RUNS },
    );
  });

  test("onceAllIsSettled what was charged, less what went back, is what is due", () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        let { state } = begun;
        let now = NOW;
        for (const one of acts) {
          // What a person says may be wrong, and a refund may be refused: then the acquirer's books say otherwise.
          if (one.do === "resolve") continue;
          const isRefused = one.do === "hear" && one.of > 0 && one.told.outcome !== "APPROVED";
          if (isRefused && one.told.outcome !== "UNKNOWN") continue;
          now += SECOND;
          state = after(state, commandOf(state, one, now)).state;
        }
        for (let open = true; open; ) {
          const { charge } = partsOf(state);
          const step = [charge, ...charge.refunds].find((one) =>
            ["REQUESTED", "UNKNOWN"].includes(one.state),
          );
          open = step !== undefined;
          if (step === undefined) continue;
          now += SECOND;
          const heard: PaymentTold = { outcome: "APPROVED", responseCode: "00" };
          state = after(state, {
            type: "HearOfPayment",
            accessId: ID,
            key: step.key,
            told: heard,
            now,
          }).state;
        }
        const { entry, charge } = partsOf(state);
        expect(openSteps(charge)).toEqual([]);
        const due = entry.status === "REVERSED" || entry.payment !== null ? null : stillCharged(entry);
        const wanted = charge.state === "CHARGED" && due !== null ? toMinor(due) : 0n;
        expect(chargedMinor(charge) - refundedMinor(charge)).toBe(wanted);
        expect(paymentStateOf(charge)).toBeOneOf([
          "PAID",
          "FAILED",
          "VOIDED",
          "PARTIALLY_REFUNDED",
          "REFUNDED",
        ]);
      }),
      { numRuns: RUNS },
    );
  });

  test("whatThePersonSaidStands, but that money was taken counts all the same", () => {
    const at = (seconds: number): number => NOW + seconds * SECOND;
    const resolved = after(begun.state, {
      ...{ type: "ResolvePayment", accessId: ID, by: ADMIN, reason: "no such charge", outcome: "NOT_PAID" },
      now: at(2),
    });
    expect(resolved.events).toMatchObject([{ type: "PaymentResolved", data: { paymentStatus: "FAILED" } }]);
    const hear = (outcome: "APPROVED" | "DECLINED") =>
      after(resolved.state, {
        ...{ type: "HearOfPayment", accessId: ID, key: "access-1-fee", now: at(3) },
        told: { outcome, responseCode: "00" },
      }).events;
    expect(hear("DECLINED")).toEqual([]);
    expect(hear("APPROVED")).toMatchObject([{ type: "ChargeSettled", data: { paymentStatus: "PAID" } }]);
    const again = card.decide(resolved.state, {
      ...{ type: "ResolvePayment", accessId: ID, by: ADMIN, reason: "again", outcome: "PAID" },
      now: at(3),
    });
    expect(again).toEqual({ kind: "refused", refusal: { code: "NOTHING_TO_RESOLVE" } });
  });
});
