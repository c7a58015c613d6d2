import { describe, expect, test } from "vitest";
import { command, type CommandCommand, leftMinor } from "../../../src/domain/command/command.ts";
import { statusAt } from "../../../src/domain/command/life.ts";
import { MINUTE } from "../../../src/domain/time.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, TERMINAL } from "../../support/domain/ids.ts";

const END = NOW + MINUTE;
const by = ADMIN;
const card = null;
const eur = (amount: string) => ({ amount, currency: "EUR" });
const transfer = {
  ...{
    deviceId: "DV1",
    merchantId: null,
    amount: eur("12.50"),
    operationKey: "CARD_PRESENT_DEBIT",
    tags: {},
  },
  ...{ idempotencyId: null, parent: null, accessId: null },
};
const queue = {
  type: "Queue",
  ...{ now: NOW, by, commandId: "TR1", serialNumber: TERMINAL, action: "SALE", transfer, cancels: null },
  ...{ lives: MINUTE, fingerprint: "f", isUnreachable: false },
} as const satisfies CommandCommand;
const receive = (now = NOW): CommandCommand => ({ type: "Receive", now });
const succeed = (now = NOW): CommandCommand => ({
  type: "Answer",
  now,
  told: { outcome: "SUCCEEDED", card },
});
const fail = (now = NOW): CommandCommand => ({
  type: "Answer",
  now,
  told: { outcome: "FAILED", failure: { code: "DECLINED", message: "No." }, card },
});
const cancel = (now = NOW): CommandCommand => ({ type: "Cancel", now, by });
const timeOut = (now: number): CommandCommand => ({ type: "TimeOut", now });
const giveBack = (amount: string, reversalId: string): CommandCommand => ({
  type: "BeginReversal",
  ...{ now: NOW, by, reversalId, amount: eur(amount) },
});

const queued = scenario(command).after(queue);
const dispatched = queued.after(receive());
const sold = dispatched.after(succeed());

describe("aCommand", () => {
  test("isTheSameUnderTheSameIdAndOfNoOtherContent", () => {
    queued.when(queue).thenNothing();
    sold.when(queue).thenNothing();
    queued.when({ ...queue, fingerprint: "g" }).thenRefused({ code: "DIFFERS" });
  });

  test("hasFailedAtOnceWhereNobodyIsThereToTakeIt", () => {
    const { state } = scenario(command)
      .when({ ...queue, isUnreachable: true })
      .then({ type: "CommandQueued" }, { type: "CommandFailed", data: { code: "DEVICE_UNREACHABLE" } });
    expect(state?.status).toBe("FAILED");
  });

  test("isReceivedOnce", () => {
    queued.when(receive()).then({ type: "CommandDispatched" });
    dispatched.when(receive()).thenNothing();
    sold.when(receive()).thenNothing();
  });

  test("endsOnceAndSaysSoAgain", () => {
    dispatched.when(succeed()).then({ type: "CommandSucceeded" });
    dispatched.when(fail()).then({ type: "CommandFailed", data: { code: "DECLINED" } });
    sold.when(succeed()).thenNothing();
    sold.when(cancel()).thenRefused({ code: "OVER" });
  });

  test("isAnsweredByADeviceThatNeverSaidThatItHadIt", () => {
    queued.when(succeed()).then({ type: "CommandSucceeded" });
  });

  test("thatWasCancelledStaysSoWhateverTheDeviceTells", () => {
    const cancelled = dispatched.after(cancel());
    cancelled.when(cancel()).thenRefused({ code: "OVER" });
    const { state } = cancelled
      .when(succeed())
      .then({ type: "CommandAnsweredLate", data: { outcome: "SUCCEEDED" } });
    expect(state).toMatchObject({ status: "CANCELLED", failure: { code: "CANCELLATION_VIA_API" } });
    cancelled.after(succeed()).when(succeed()).thenNothing();
  });

  test("timesOutByTheClockAloneAndSaysWhetherTheDeviceHadIt", () => {
    queued.when(timeOut(END - 1)).thenNothing();
    queued.when(timeOut(END)).then({ type: "CommandTimedOut", data: { code: "DEVICE_UNREACHABLE" } });
    dispatched.when(timeOut(END)).then({ type: "CommandTimedOut", data: { code: "TRANSACTION_TIMED_OUT" } });
    expect(dispatched.state && statusAt(dispatched.state, END)).toBe("TIMED_OUT");
    dispatched.when(cancel(END)).thenRefused({ code: "OVER" });
    dispatched
      .when(succeed(END))
      .then({ type: "CommandTimedOut" }, { type: "CommandAnsweredLate", data: { outcome: "SUCCEEDED" } });
    queued.when(receive(END)).then({ type: "CommandTimedOut" });
    sold.when(timeOut(END)).thenNothing();
  });
});

describe("aSale", () => {
  test("isGivenBackInPartsAndNeverMoreThanItTook", () => {
    const once = sold.after(giveBack("10.00", "TR2"));
    once.when(giveBack("10.00", "TR2")).thenNothing();
    once.when(giveBack("2.51", "TR3")).thenRefused({ code: "NOT_REVERSIBLE", leftMinor: 250n });
    once.when(giveBack("2.50", "TR3")).then({ type: "SaleReversalBegun" });
  });

  test("hasItsPartAgainWhenTheDeviceDidNotGiveItBack", () => {
    const ended = sold.after(giveBack("12.50", "TR2"), { type: "EndReversal", now: NOW, reversalId: "TR2" });
    expect(ended.state && leftMinor(ended.state)).toBe(1_250n);
    ended.when({ type: "EndReversal", now: NOW, reversalId: "TR2" }).thenNothing();
  });

  test("thatTookNothingGivesNothingBack", () => {
    for (const before of [queued, dispatched, dispatched.after(fail()), dispatched.after(cancel())]) {
      before.when(giveBack("0.01", "TR2")).thenRefused({ code: "NOT_REVERSIBLE", leftMinor: 0n });
    }
    sold
      .when({
        type: "BeginReversal",
        now: NOW,
        by,
        reversalId: "TR2",
        amount: { amount: "1.00", currency: "USD" },
      })
      .thenRefused({ code: "NOT_REVERSIBLE" });
  });
});
