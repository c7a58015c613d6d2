import { describe, expect, test } from "vitest";
import { card } from "../../../src/domain/card/card.ts";
import { splitGuests } from "../../../src/domain/card/guests.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { DAY, HOUR, iso, MINUTE } from "../../../src/domain/time.ts";
import { programme, tap } from "../../support/domain/cardScenario.ts";
import { cancelOf, confirmOf, guests, reverseOf } from "../../support/domain/commands.ts";
import { compiledOf, NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";

const EUR = (amount: string): { amount: string; currency: string } => ({ amount, currency: "EUR" });
const LATER = NOW + 6 * MINUTE;

describe("confirm", () => {
  const limits: Partial<RulesetInput> = {
    cardholder: { free: 3, window: { kind: "ROLLING", days: 30 } },
    guests: {
      adults: { free: 1, paid: 1, fee: EUR("25.00") },
      children: { free: 1, paid: 2, fee: EUR("10.50") },
      freeUnderAge: 3,
    },
  };

  test("guests split into free and paid, the fees are charged, what remains counts this visit", () => {
    const { granted, ruleset } = programme(limits);
    granted({})
      .when(confirmOf(ruleset, { guests: guests(2, 3, 1), requestId: "c1", now: NOW + MINUTE }))
      .then({
        type: "EntryConfirmed",
        data: {
          accessId: "access-1",
          requestId: "c1",
          at: iso(NOW + MINUTE),
          allocation: {
            cardholder: "FREE",
            adults: { free: 1, paid: 1 },
            children: { free: 1, paid: 2 },
            freeChildren: 1,
          },
          charged: EUR("46.00"),
          paymentStatus: "PENDING",
          remaining: { free: 2, paid: 0, nextFreeAt: null },
          flags: [],
          late: false,
        },
      });
  });

  test("too many guests: refused with where, and the entry stays open", () => {
    const { granted, ruleset } = programme(limits);
    const open = granted({});
    open.when(confirmOf(ruleset, { guests: guests(3, 4) })).thenRefused({
      code: "TOO_MANY_GUESTS",
      problems: [{ pointer: "/guests/adults" }, { pointer: "/guests/children" }],
    });
    open.when(confirmOf(ruleset)).then({ type: "EntryConfirmed" });
  });

  test("free children where the ruleset knows none: refused", () => {
    const { granted, ruleset } = programme();
    granted({})
      .when(confirmOf(ruleset, { guests: guests(0, 0, 1) }))
      .thenRefused({ code: "FREE_CHILDREN_NOT_ALLOWED", problems: [{ pointer: "/guests/freeChildren" }] });
  });

  test("again with the same guests: accepted, nothing new; with others: refused", () => {
    const { granted, ruleset } = programme(limits);
    const done = granted({}).after(confirmOf(ruleset, { guests: guests(1) }));
    done.when(confirmOf(ruleset, { guests: guests(1), now: NOW + 30 * DAY })).thenNothing();
    done.when(confirmOf(ruleset, { guests: guests(2) })).thenRefused({ code: "CONFIRMED_DIFFERENTLY" });
  });

  test("otherFreeChildrenAreOtherGuests", () => {
    const { granted, ruleset } = programme({ guests: { freeUnderAge: 3 } });
    const done = granted({}).after(confirmOf(ruleset, { guests: guests(0, 0, 1) }));
    done.when(confirmOf(ruleset, { guests: guests(0, 0, 1) })).thenNothing();
    for (const other of [0, 2]) {
      done
        .when(confirmOf(ruleset, { guests: guests(0, 0, other) }))
        .thenRefused({ code: "CONFIRMED_DIFFERENTLY" });
    }
  });

  test("unknown, and another terminal's: not found", () => {
    const { granted, ruleset } = programme();
    granted({})
      .when(confirmOf(ruleset, { accessId: "access-9" }))
      .thenRefused({ code: "ENTRY_NOT_FOUND" });
    granted({})
      .when(confirmOf(ruleset, { terminal: "POS-0002" }))
      .thenRefused({ code: "ENTRY_NOT_FOUND" });
  });

  test("cancelled: refused", () => {
    const { granted, ruleset } = programme();
    granted({}).after(cancelOf()).when(confirmOf(ruleset)).thenRefused({ code: "ENTRY_CANCELLED" });
  });

  test("what remains follows the version in force, and the next free visit is told", () => {
    const { granted, ruleset } = programme({ cardholder: { free: 5 } });
    const inForce = compiledOf(
      { cardholder: { free: 1, window: { kind: "ROLLING", days: 7 } } },
      { version: 2 },
    );
    granted({})
      .when(confirmOf(ruleset, { inForce }))
      .then({ data: { remaining: { free: 0, paid: 0, nextFreeAt: iso(NOW + 7 * DAY) } } });
    granted({})
      .when(confirmOf(ruleset, { inForce: null }))
      .then({ data: { remaining: { free: 4 } } });
  });

  describe("payment", () => {
    const paid = { cardholder: { free: 0, paid: 2, fee: EUR("25") } };
    const payment = (amount: string, currency = "EUR") => ({
      collectedBy: "TERMINAL" as const,
      reference: "ref",
      amount: { amount, currency },
    });

    test.each([
      ["not yet", null, { paymentStatus: "PENDING" }],
      ["the whole", payment("25.00"), { paymentStatus: "PAID" }],
    ])("%s", (_name, given, expected) => {
      const { granted, ruleset } = programme(paid);
      granted({})
        .when(confirmOf(ruleset, { payment: given }))
        .then({ data: { ...expected, charged: EUR("25.00"), allocation: { cardholder: "PAID" } } });
    });

    test.each([
      ["too little", payment("24.99")],
      ["too much", payment("25.01")],
      ["another currency", payment("25.00", "USD")],
    ])("%s: refused, and told what is due", (_name, given) => {
      const { granted, ruleset } = programme(paid);
      granted({})
        .when(confirmOf(ruleset, { payment: given }))
        .thenRefused({ code: "PAYMENT_AMOUNT_MISMATCH", due: EUR("25.00") });
    });

    describe("told with a second confirmation", () => {
      const again = (given: ReturnType<typeof payment> | null, now = NOW + MINUTE) => ({
        payment: given,
        now,
      });
      const pending = () => {
        const { granted, ruleset } = programme({
          ...paid,
          guests: { adults: { free: 0, paid: 2, fee: EUR("10") } },
        });
        return { ruleset, entry: granted({}).after(confirmOf(ruleset, { guests: guests(2) })) };
      };

      test("it is recorded, once", () => {
        const { ruleset, entry } = pending();
        const told = confirmOf(ruleset, { guests: guests(2), requestId: "r2", ...again(payment("45.00")) });
        const { state } = entry.when(told).then({
          type: "PaymentRecorded",
          data: {
            accessId: "access-1",
            requestId: "r2",
            at: iso(NOW + MINUTE),
            payment: payment("45.00"),
            refund: null,
            paymentStatus: "PAID",
          },
        });
        expect(state.entries.get("access-1")).toMatchObject({ status: "COMPLETED", paymentStatus: "PAID" });
        scenario(card, state).when(told).thenNothing();
        scenario(card, state)
          .when(confirmOf(ruleset, { guests: guests(2) }))
          .thenNothing();
        scenario(card, state)
          .when({ ...told, payment: { ...payment("45.00"), reference: "another" } })
          .thenRefused({ code: "CONFIRMED_DIFFERENTLY" });
        expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
      });

      test("another amount, or other guests: refused", () => {
        const { ruleset, entry } = pending();
        for (const wrong of ["44.99", "25.00", "0.00"]) {
          entry
            .when(confirmOf(ruleset, { guests: guests(2), ...again(payment(wrong)) }))
            .thenRefused({ code: "PAYMENT_AMOUNT_MISMATCH", due: EUR("45.00") });
        }
        entry
          .when(confirmOf(ruleset, { guests: guests(1), ...again(payment("35.00")) }))
          .thenRefused({ code: "CONFIRMED_DIFFERENTLY" });
      });

      test("after guests were taken out: what is due now, or the whole, of which the rest goes back", () => {
        const { ruleset, entry } = pending();
        const corrected = entry.after(reverseOf({ guests: guests(1) }));
        const told = (amount: string) => confirmOf(ruleset, { guests: guests(2), ...again(payment(amount)) });
        corrected.when(told("35.00")).then({ data: { refund: null, paymentStatus: "PAID" } });
        corrected
          .when(told("45.00"))
          .then({ data: { refund: EUR("10.00"), paymentStatus: "PARTIALLY_REFUNDED" } });
        corrected.when(told("10.00")).thenRefused({ code: "PAYMENT_AMOUNT_MISMATCH", due: EUR("35.00") });
      });

      test("after a reversal: it is recorded, and all of it goes back", () => {
        const { ruleset, entry } = pending();
        const { state } = entry
          .after(reverseOf())
          .when(confirmOf(ruleset, { guests: guests(2), ...again(payment("45.00")) }))
          .then({ type: "PaymentRecorded", data: { refund: EUR("45.00"), paymentStatus: "REFUNDED" } });
        expect(state.entries.get("access-1")).toMatchObject({
          status: "REVERSED",
          paymentStatus: "REFUNDED",
        });
        expect(state.visits).toEqual([]);
      });
    });

    test("for what is free: nothing may be paid", () => {
      const { granted, ruleset } = programme();
      granted({})
        .when(confirmOf(ruleset, { payment: payment("0.00") }))
        .then({ data: { paymentStatus: "NONE", charged: null } });
      granted({})
        .when(confirmOf(ruleset, { payment: payment("0.01") }))
        .thenRefused({ code: "PAYMENT_AMOUNT_MISMATCH", due: null });
    });
  });
});

describe("late confirmation", () => {
  test("it happened: the grant lapses and completes, without a flag while its place is free", () => {
    const { granted, ruleset } = programme({ cardholder: { free: 1 } });
    granted({})
      .when(confirmOf(ruleset, { now: LATER }))
      .then(
        { type: "EntryLapsed", data: { at: iso(LATER) } },
        { type: "EntryConfirmed", data: { late: true, flags: [] } },
      );
  });

  test("itIsLateFromExactlyTheEndOfTheGrant", () => {
    const { granted, ruleset } = programme({ cardholder: { free: 1 } });
    const end = NOW + 5 * MINUTE;
    granted({})
      .when(confirmOf(ruleset, { now: end - 1 }))
      .then({ type: "EntryConfirmed", data: { late: false } });
    granted({})
      .when(confirmOf(ruleset, { now: end }))
      .then(
        { type: "EntryLapsed", data: { at: iso(end) } },
        { type: "EntryConfirmed", data: { late: true } },
      );
  });

  test("its place was taken by a completed visit: flagged", () => {
    const { granted, ruleset } = programme({ cardholder: { free: 1 } });
    granted({}, { accessId: "access-2", now: LATER })
      .after(confirmOf(ruleset, { accessId: "access-2", now: LATER }))
      .when(confirmOf(ruleset, { now: LATER }))
      .then({ type: "EntryConfirmed", data: { late: true, flags: ["OVER_LIMIT"] } });
  });

  test("its place is held by a visit that is open now: flagged, and the open one is not", () => {
    const { granted, ruleset } = programme({ cardholder: { free: 1 } });
    const outcome = granted({}, { accessId: "access-2", now: LATER })
      .when(confirmOf(ruleset, { now: LATER }))
      .then({ type: "EntryConfirmed", data: { accessId: "access-1", flags: ["OVER_LIMIT"] } });
    granted({}, { accessId: "access-2", now: LATER })
      .given(...outcome.events)
      .when(confirmOf(ruleset, { accessId: "access-2", now: LATER }))
      .then({ type: "EntryConfirmed", data: { accessId: "access-2", flags: [], late: false } });
  });

  test("its place at this location was taken: flagged; at another: not", () => {
    const input = { cardholder: { free: 5, perLocation: 1 } };
    const elsewhere = {
      name: "B",
      id: "01J00000000000000000000PB2",
      country: "POL",
      service: "LOUNGE" as const,
      cooldownMinutes: null,
      merchantId: null,
    };
    for (const [location, flags] of [
      [undefined, ["OVER_LIMIT"]],
      [elsewhere, []],
    ] as const) {
      const { granted, ruleset } = programme(input);
      granted({}, { accessId: "access-2", now: LATER, ...(location === undefined ? {} : { location }) })
        .after(confirmOf(ruleset, { accessId: "access-2", now: LATER }))
        .when(confirmOf(ruleset, { now: LATER }))
        .then({ data: { flags } });
    }
  });

  test("the guests' places were taken: the late one is flagged", () => {
    const input = { cardholder: { free: 5 }, guests: { adults: { free: 1 } } };
    const { granted, ruleset } = programme(input);
    const taken = granted({}, { accessId: "access-2", now: LATER }).after(
      confirmOf(ruleset, { accessId: "access-2", now: LATER, guests: guests(1) }),
    );
    taken
      .when(confirmOf(ruleset, { now: LATER, guests: guests(1) }))
      .then({ data: { flags: ["OVER_LIMIT"] } });
    taken.when(confirmOf(ruleset, { now: LATER })).then({ data: { flags: [] } });
  });

  test.each([
    ["adults", "free"],
    ["adults", "paid"],
    ["children", "free"],
    ["children", "paid"],
  ] as const)("aLateOneIsFlaggedOnlyWhereItsOwnGuestsGoBeyondALimit: %s %s", (kind, tier) => {
    const limit = { free: 0, paid: 0, fee: { amount: "5.00", currency: "EUR" }, [tier]: 2 };
    const { granted, ruleset } = programme({ cardholder: { free: 5 }, guests: { [kind]: limit } });
    const bring = (count: number) => (kind === "adults" ? guests(count) : guests(0, count));
    for (const [others, own, flags] of [
      [1, 1, []],
      [2, 0, []],
      [2, 1, ["OVER_LIMIT"]],
    ] as const) {
      granted({}, { accessId: "access-2", now: LATER })
        .after(confirmOf(ruleset, { accessId: "access-2", now: LATER, guests: bring(others) }))
        .when(confirmOf(ruleset, { now: LATER, guests: bring(own) }))
        .then({ type: "EntryConfirmed", data: { flags } });
    }
  });

  test("a late one took the guests' places of an open grant: that one is flagged when it brings them", () => {
    const input = { cardholder: { free: 5 }, guests: { adults: { free: 1 } } };
    const { granted, ruleset } = programme(input);
    const late = granted({}, { accessId: "access-2", now: LATER }).after(
      confirmOf(ruleset, { now: LATER, guests: guests(1) }),
    );
    late
      .when(confirmOf(ruleset, { accessId: "access-2", now: LATER, guests: guests(1) }))
      .then({ data: { flags: ["OVER_LIMIT"], late: false } });
    late.when(confirmOf(ruleset, { accessId: "access-2", now: LATER })).then({ data: { flags: [] } });
  });

  test("the budget was given to others: flagged", () => {
    const { granted, ruleset } = programme();
    granted({})
      .when(confirmOf(ruleset, { now: LATER, budgetTaken: true }))
      .then({ type: "EntryLapsed" }, { data: { flags: ["OVER_LIMIT"] } });
    granted({})
      .when(confirmOf(ruleset, { budgetTaken: true }))
      .then({ data: { flags: [] } });
  });

  test("in the next window its own place is no longer in the way of others", () => {
    const { granted, ruleset } = programme({
      cardholder: { free: 1, window: { kind: "CALENDAR", unit: "DAY", timeZone: "UTC" } },
    });
    granted({}, { accessId: "access-2", now: NOW + 13 * HOUR })
      .after(confirmOf(ruleset, { accessId: "access-2", now: NOW + 13 * HOUR }))
      .when(confirmOf(ruleset, { now: NOW + 14 * HOUR }))
      .then({ data: { flags: [], late: true } });
  });

  test("a day after the grant it is an offline report's business", () => {
    const { granted, ruleset } = programme();
    granted({})
      .when(confirmOf(ruleset, { now: NOW + DAY - 1 }))
      .then({ type: "EntryLapsed" }, { type: "EntryConfirmed" });
    granted({})
      .when(confirmOf(ruleset, { now: NOW + DAY }))
      .thenRefused({ code: "ENTRY_EXPIRED" });
  });
});

describe("the shared pool", () => {
  const kind = (paid: number, fee: string, free = 9) => ({
    max: free + paid,
    free,
    paid,
    fee: EUR(fee),
    payable: paid,
  });
  const entitlement = (pool: number, adultFee: string, childFee: string, payable = 3) => ({
    max: 9,
    adults: kind(payable, adultFee),
    children: kind(payable, childFee),
    freeUnderAge: null,
    pool,
  });
  const split = (
    pool: number,
    adults: number,
    children: number,
    fees: readonly [string, string] = ["25", "10"],
    payable = 3,
  ) => {
    const result = splitGuests(
      { cost: "FREE", entitlement: entitlement(pool, ...fees, payable) },
      guests(adults, children),
    );
    return result.kind === "allocated" ? [result.allocation.adults, result.allocation.children] : result.code;
  };

  test.each([
    [
      "enough for all",
      split(4, 2, 2),
      [
        { free: 2, paid: 0 },
        { free: 2, paid: 0 },
      ],
    ],
    [
      "where the fee is highest first: adults",
      split(2, 2, 2),
      [
        { free: 2, paid: 0 },
        { free: 0, paid: 2 },
      ],
    ],
    [
      "where the fee is highest first: children",
      split(2, 2, 2, ["10", "25"]),
      [
        { free: 0, paid: 2 },
        { free: 2, paid: 0 },
      ],
    ],
    [
      "those who can't pay before those who pay more",
      split(2, 2, 2, ["25", "10"], 1),
      [
        { free: 1, paid: 1 },
        { free: 1, paid: 1 },
      ],
    ],
    [
      "empty: all pay",
      split(0, 1, 2),
      [
        { free: 0, paid: 1 },
        { free: 0, paid: 2 },
      ],
    ],
    ["not enough for those who can't pay", split(1, 1, 1, ["25", "10"], 0), "TOO_MANY_GUESTS"],
  ])("%s", (_name, actual, expected) => {
    expect(actual).toEqual(expected);
  });

  test("member and guests use up one pool", () => {
    const { granted, check, ruleset } = programme({
      cardholder: { paid: 1, fee: EUR("25") },
      guests: { adults: { paid: 1, fee: EUR("20") }, sharedPool: { free: 3 } },
    });
    const once = granted({}).after(confirmOf(ruleset, { guests: guests(1) }));
    const twice = tap(once, check({ accessId: "access-2" }));
    expect(twice.state.entries.get("access-2")).toMatchObject({
      cost: "FREE",
      entitlement: { pool: 0, max: 1 },
    });
    const done = twice.after(confirmOf(ruleset, { accessId: "access-2" }));
    expect(tap(done, check({ accessId: "access-3" })).state.entries.get("access-3")).toMatchObject({
      cost: "PAID",
    });
  });
});
