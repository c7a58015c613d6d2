import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card } from "../../../src/domain/card/card.ts";
import type { GuestCounts } from "../../../src/domain/card/shapes.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import { type Money, toMinor } from "../../../src/domain/money.ts";
import { HOUR, iso, MINUTE } from "../../../src/domain/time.ts";
import { guestCounts, limitedRuleset } from "../../support/domain/arbitraries.ts";
import { eventsOf, programme } from "../../support/domain/cardScenario.ts";
import { cancelOf, confirmOf, guests, reverseOf } from "../../support/domain/commands.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { History } from "../../support/domain/history.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, RULESET } from "../../support/domain/ids.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";

const EUR = (amount: string): Money => ({ amount, currency: "EUR" });

describe("cancel", () => {
  test("an open entry, with the reason; again: nothing new", () => {
    const { granted } = programme();
    granted({})
      .when(cancelOf({ requestId: "x", reason: "left" }))
      .then({
        type: "EntryCancelled",
        data: { accessId: "access-1", requestId: "x", at: iso(NOW), reason: "left" },
      });
    granted({})
      .after(cancelOf())
      .when(cancelOf({ now: NOW + HOUR }))
      .thenNothing();
  });

  test("too late, completed, reversed, unknown, another terminal's: refused", () => {
    const { granted, ruleset } = programme();
    const open = granted({});
    open.when(cancelOf({ now: NOW + 5 * MINUTE })).thenRefused({ code: "ENTRY_EXPIRED" });
    const lapsed = open.after({ type: "LapseEntry", accessId: "access-1", now: NOW + 5 * MINUTE });
    lapsed.when(cancelOf()).thenRefused({ code: "ENTRY_EXPIRED" });
    open.after(confirmOf(ruleset)).when(cancelOf()).thenRefused({ code: "ENTRY_COMPLETED" });
    open.after(confirmOf(ruleset), reverseOf()).when(cancelOf()).thenRefused({ code: "ENTRY_COMPLETED" });
    open.when(cancelOf({ accessId: "access-9" })).thenRefused({ code: "ENTRY_NOT_FOUND" });
    open.when(cancelOf({ terminal: "POS-0002" })).thenRefused({ code: "ENTRY_NOT_FOUND" });
  });
});

describe("lapse", () => {
  const lapse = { type: "LapseEntry" as const, accessId: "access-1" };

  test("only when its time is over; again: nothing new", () => {
    const { granted } = programme();
    granted({})
      .when({ ...lapse, now: NOW + 5 * MINUTE - 1 })
      .thenNothing();
    granted({})
      .when({ ...lapse, now: NOW + 5 * MINUTE })
      .then({ type: "EntryLapsed", data: { accessId: "access-1", at: iso(NOW + 5 * MINUTE) } });
    granted({})
      .after({ ...lapse, now: NOW + HOUR })
      .when({ ...lapse, now: NOW + HOUR })
      .thenNothing();
  });
});

describe("reverse", () => {
  const fee = { amount: "25", currency: "EUR" };
  const input = {
    cardholder: { free: 0, paid: 5, fee },
    guests: {
      adults: { free: 1, paid: 2, fee: EUR("20") },
      children: { free: 1, paid: 1, fee: EUR("10") },
      freeUnderAge: 3,
    },
  };
  const payment = { collectedBy: "TERMINAL" as const, reference: null, amount: EUR("75.00") };
  const completed = () => {
    const { granted, ruleset } = programme(input);
    return granted({}).after(confirmOf(ruleset, { guests: guests(3, 2, 1), payment }));
  };

  test("the whole entry: everything that was charged is refunded, and the visit leaves every count", () => {
    expect(payment.amount).toEqual(EUR("75.00"));
    const outcome = completed()
      .when(reverseOf({ reason: "mistake", now: NOW + HOUR }))
      .then({
        type: "EntryReversed",
        data: {
          at: iso(NOW + HOUR),
          by: ADMIN,
          reason: "mistake",
          refund: EUR("75.00"),
          paymentStatus: "REFUNDED",
        },
      });
    expect(outcome.state.visits).toEqual([]);
  });

  test("what was not paid is not refunded, and is due no longer", () => {
    const { granted, ruleset } = programme(input);
    const pending = granted({}).after(confirmOf(ruleset, { guests: guests(2, 1) }));
    pending.when(reverseOf()).then({ data: { refund: null, paymentStatus: "NONE" } });
    // The cardholder's own fee is still due.
    pending
      .when(reverseOf({ guests: guests(2, 1) }))
      .then({ data: { refund: null, paymentStatus: "PENDING" } });
  });

  test("of what was paid: first a part goes back, and then the rest", () => {
    const part = completed()
      .when(reverseOf({ guests: guests(2, 1) }))
      .then({ data: { refund: EUR("50.00"), paymentStatus: "PARTIALLY_REFUNDED" } });
    scenario(card, part.state)
      .when(reverseOf())
      .then({ data: { refund: EUR("25.00"), paymentStatus: "REFUNDED" } });
    completed()
      .when(reverseOf({ guests: guests(1, 0, 1) }))
      .then({ data: { paymentStatus: "PARTIALLY_REFUNDED" } });
  });

  test("all that was paid goes back with the guests who paid, where the cardholder was free", () => {
    const { granted, ruleset } = programme({ guests: input.guests });
    const paid = { ...payment, amount: EUR("50.00") };
    granted({})
      .after(confirmOf(ruleset, { guests: guests(3, 2), payment: paid }))
      .when(reverseOf({ guests: guests(2, 1) }))
      .then({ data: { refund: EUR("50.00"), paymentStatus: "REFUNDED" } });
  });

  test("some guests: those who paid first, at the fee that was charged", () => {
    const outcome = completed()
      .when(reverseOf({ guests: guests(2, 1) }))
      .then({
        type: "EntryCorrected",
        data: {
          removed: guests(2, 1),
          allocation: {
            cardholder: "PAID",
            adults: { free: 1, paid: 0 },
            children: { free: 1, paid: 0 },
            freeChildren: 1,
          },
          refund: EUR("50.00"),
        },
      });
    expect(outcome.state.visits).toMatchObject([
      { adults: { free: 1, paid: 0 }, children: { free: 1, paid: 0 } },
    ]);
  });

  test("guests who entered free: nothing to refund", () => {
    completed()
      .after(reverseOf({ guests: guests(2) }))
      .when(reverseOf({ guests: guests(1, 0, 1) }))
      .then({ data: { refund: null, allocation: { adults: { free: 0, paid: 0 }, freeChildren: 0 } } });
  });

  test("more guests than there are: refused with where", () => {
    completed()
      .when(reverseOf({ guests: guests(4, 3, 2) }))
      .thenRefused({
        code: "TOO_MANY_GUESTS",
        problems: [
          { pointer: "/guests/adults" },
          { pointer: "/guests/children" },
          { pointer: "/guests/freeChildren" },
        ],
      });
  });

  test("a Service Provider has thirty minutes from the confirmation, others any time", () => {
    const limited = reverseOf({ timeLimited: true });
    completed()
      .when({ ...limited, now: NOW + 30 * MINUTE })
      .then({ type: "EntryReversed" });
    completed()
      .when({ ...limited, now: NOW + 30 * MINUTE + 1 })
      .thenRefused({ code: "REVERSAL_TOO_LATE" });
    completed()
      .when(reverseOf({ now: NOW + 1_000 * HOUR }))
      .then({ type: "EntryReversed" });
  });

  test("theThirtyMinutesRunFromTheConfirmation, and not from the grant", () => {
    const { granted, ruleset } = programme(input);
    const confirmedAt = NOW + 4 * MINUTE;
    const visit = granted({}).after(confirmOf(ruleset, { now: confirmedAt }));
    visit
      .when(reverseOf({ timeLimited: true, now: confirmedAt + 30 * MINUTE }))
      .then({ type: "EntryReversed" });
    visit
      .when(reverseOf({ timeLimited: true, now: confirmedAt + 30 * MINUTE + 1 }))
      .thenRefused({ code: "REVERSAL_TOO_LATE" });
  });

  test("unknown, open, cancelled, lapsed, reversed already: refused", () => {
    const { granted } = programme();
    const open = granted({});
    open.when(reverseOf({ accessId: "access-9" })).thenRefused({ code: "ENTRY_NOT_FOUND" });
    open.when(reverseOf()).thenRefused({ code: "NOT_COMPLETED", status: "PENDING" });
    open.after(cancelOf()).when(reverseOf()).thenRefused({ code: "NOT_COMPLETED", status: "CANCELLED" });
    open
      .after({ type: "LapseEntry", accessId: "access-1", now: NOW + HOUR })
      .when(reverseOf())
      .thenRefused({ status: "EXPIRED" });
    completed()
      .after(reverseOf())
      .when(reverseOf())
      .thenRefused({ code: "NOT_COMPLETED", status: "REVERSED" });
  });

  test("a reversed visit makes room for another", () => {
    const { granted, check, ruleset } = programme({ cardholder: { free: 1 } });
    const { state } = granted({}).after(confirmOf(ruleset), reverseOf());
    expect(eventsOf(state, check({ accessId: "access-2" }))).toMatchObject([{ type: "EntryGranted" }]);
  });
});

test("moneyNeverGainsOrLosesAMinorUnit when guests are taken out until nobody is left", () => {
  const portions = fc.array(guestCounts, { minLength: 1, maxLength: 8 });
  let paid = 0;
  fc.assert(
    fc.property(
      limitedRuleset(RULESET),
      guestCounts,
      portions,
      fc.boolean(),
      (version, heads, parts, pays) => {
        const run = new History(NOW, compilePortfolio([version]));
        const entry = run.check(0, 0);
        if (entry === null || run.confirm(0, entry, heads, pays) === null) return;
        const minor = (amount: Money | null): bigint => (amount === null ? 0n : toMinor(amount));
        const done = run.card(0).entries.get(entry.accessId);
        if (done?.status !== "COMPLETED") throw new Error("not completed");
        let refunded = 0n;
        const take = (out: GuestCounts | null): void => {
          for (const event of run.send(0, reverseOf({ accessId: entry.accessId, guests: out })) ?? []) {
            if (event.type === "EntryCorrected" || event.type === "EntryReversed")
              refunded += minor(event.data.refund);
          }
        };
        for (const part of parts) take(part);
        const left = run.card(0).entries.get(entry.accessId);
        if (left?.status !== "COMPLETED") throw new Error("corrected only");
        const { adults, children, freeChildren } = left.allocation;
        take({ adults: adults.free + adults.paid, children: children.free + children.paid, freeChildren });
        const own = entry.cost === "PAID" ? minor(entry.fee) : 0n;
        expect(refunded).toBe(pays ? minor(done.charged) - own : 0n);
        take(null);
        expect(refunded).toBe(pays ? minor(done.charged) : 0n);
        const status = run.card(0).entries.get(entry.accessId);
        const ended = pays && done.charged !== null ? "REFUNDED" : "NONE";
        expect(status).toMatchObject({ status: "REVERSED", paymentStatus: ended });
        if (refunded > own) paid++;
      },
    ),
    { numRuns: 4_000 },
  );
  expect(paid).toBeGreaterThan(100);
});

test("a snapshot that is not one is refused", () => {
  const { granted, ruleset } = programme();
  const { state } = granted({}).after(confirmOf(ruleset));
  expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
  expect(() => cardFromSnapshot("{}")).toThrow();
  expect(() => cardFromSnapshot(cardSnapshot(state).replace("COMPLETED", "SOMETHING"))).toThrow();
  expect(() =>
    scenario(card).given({ type: "EntryLapsed", data: { accessId: "access-9", at: iso(NOW) } }),
  ).toThrow("no grant");
});
