import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  pairTerminal,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

let product: TestServer;
let terminal: Terminal;
let other: Terminal;
let pans = 0;
const newPan = (): string => testPan(++pans);

const eur = (amount: string) => ({ amount, currency: "EUR" });

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const programme = await simpleProgramme(product.admin, product.url, {
    name: "World Elite",
    cardholder: { window: { kind: "ROLLING", days: 30 }, free: 2, paid: 1, fee: eur("25.00") },
    guests: {
      adults: { free: 1, paid: 3, fee: eur("20.00"), maxPerEntry: 2 },
      children: { free: 2, maxPerEntry: 2 },
      freeUnderAge: 3,
    },
  });
  terminal = programme.terminal;
  other = await createTerminal(product.admin, product.url, programme.locationId);
});
afterAll(async () => {
  await product.stop();
});

async function advance(duration: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: duration });
}

async function granted(at: Terminal, pan: string): Promise<string> {
  const answer = outcome(await check(at, pan));
  expect(answer.decision).toBe("GRANTED");
  return answer.accessId;
}

describe("check_entry", () => {
  test("aGrantSaysWhatIsLeftAndWhatGuestsMayDo", async () => {
    const answer = await check(terminal, newPan());
    expect(answer.status).toBe(200);
    expect(answer.headers.get("position")).toBeTruthy();
    expect(answer.body).toMatchObject({
      decision: "GRANTED",
      ruleset: { name: "World Elite", version: 1 },
      cardholder: { cost: "FREE", fee: null },
      available: { free: 2, paid: 1, nextFreeAt: null },
      guests: {
        max: 4,
        adults: { max: 2, free: 1, paid: 1, fee: eur("20.00") },
        children: { max: 2, free: 2, paid: 0, fee: null },
        freeUnderAge: 3,
      },
      message: "2 free visits left",
    });
  });

  test("theMessageIsInTheLanguageAskedFor", async () => {
    const card = { pan: newPan(), entryMode: "CHIP" };
    const answer = await terminal.client.request(
      "POST",
      "/pos/check_entry",
      { card },
      { "accept-language": "fr, pl;q=0.8" },
    );
    expect(answer.body).toMatchObject({ message: "Pozostały 2 darmowe wejścia" });
  });

  test("theSameRequestIdAnswersTheSameBytesDaysLaterToo", async () => {
    const pan = newPan();
    const first = await check(terminal, pan, "tap-1");
    const again = await check(terminal, pan, "tap-1");
    await advance("P3D");
    const late = await check(terminal, pan, "tap-1");
    expect(again.body).toEqual(first.body);
    expect(JSON.stringify(late.body)).toBe(JSON.stringify(first.body));
  });

  test("aRejectionIsRepeatedAsItWas", async () => {
    const pan = newPan();
    await granted(terminal, pan);
    const first = await check(other, pan, "blocked-1");
    expect(outcome(first)).toMatchObject({ decision: "REJECTED", code: "TEMPORARILY_BLOCKED" });
    await advance("PT10M");
    const again = await check(other, pan, "blocked-1");
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
  });

  test("theSameRequestIdWithAnotherCardIsRefused", async () => {
    await check(terminal, newPan(), "tap-2");
    const answer = await check(terminal, newPan(), "tap-2");
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "REQUEST_ID_REUSED" });
  });

  test("theSameRequestIdWithAnotherExpiryIsRefused", async () => {
    const send = async (expiry: string) =>
      await terminal.client.request("POST", "/pos/check_entry", {
        requestId: "tap-expiry",
        card: { pan, expiry, entryMode: "CHIP" },
      });
    const pan = newPan();
    const first = await send("2031-05");
    expect(JSON.stringify((await send("2031-05")).body)).toBe(JSON.stringify(first.body));
    const other = await send("2031-06");
    expect([other.status, other.body]).toMatchObject([409, { code: "REQUEST_ID_REUSED" }]);
  });

  test("twoTerminalsMayUseTheSameRequestId", async () => {
    const one = outcome(await check(terminal, newPan(), "tap-3"));
    const two = outcome(await check(other, newPan(), "tap-3"));
    expect([one.decision, two.decision]).toEqual(["GRANTED", "GRANTED"]);
    expect(one.accessId).not.toBe(two.accessId);
  });
});

describe("one account under several names", () => {
  const par = "500100000000000000000000000AB".padEnd(29, "0").slice(0, 29);

  async function tap(card: Record<string, unknown>) {
    return outcome(
      await terminal.client.request("POST", "/pos/check_entry", {
        card: { entryMode: "CONTACTLESS", ...card },
      }),
    );
  }

  test("phoneAndPlasticShareOneCount", async () => {
    const [plastic, token] = [newPan(), newPan()];
    await confirm(terminal, (await tap({ pan: plastic })).accessId);
    expect(await tap({ pan: token, tokenOf: plastic })).toMatchObject({ available: { free: 1 } });
    expect((await tap({ pan: plastic })).code).toBe("TEMPORARILY_BLOCKED");
  });

  test("aPhoneSeenFirstIsFoundByItsPlasticLater", async () => {
    const [plastic, token] = [newPan(), newPan()];
    await confirm(terminal, (await tap({ pan: token, tokenOf: plastic })).accessId);
    expect(await tap({ pan: plastic })).toMatchObject({ available: { free: 1 } });
  });

  test("twoNumbersOfOnePaymentAccountReferenceShareOneCount", async () => {
    await confirm(terminal, (await tap({ pan: newPan(), par })).accessId);
    expect(await tap({ pan: newPan(), par })).toMatchObject({ available: { free: 1 } });
  });
});

describe("what a terminal must not send", () => {
  test.each([
    ["a NUL in the access id", "/pos/confirm_entry", { accessId: "a\u0000", guests: 0 }, "/accessId"],
    ["a NUL in a reason", "/pos/cancel_entry", { accessId: "x", reason: "a\u0000" }, "/reason"],
    [
      "a card number in a reason",
      "/pos/cancel_entry",
      { accessId: "x", reason: `lost ${testPan(7)}` },
      "/reason",
    ],
    [
      "its card number as the request id",
      "/pos/check_entry",
      { requestId: testPan(7), card: { pan: testPan(7), entryMode: "CHIP" } },
      "/requestId",
    ],
  ])("%s", async (_what, path, body, pointer) => {
    const answer = await terminal.client.request("POST", path, body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  test("aPositionThatIsNone", async () => {
    for (const position of ["x", "1", "-1"]) {
      const headers = { "wait-for": position };
      const here = await terminal.client.request("GET", "/pos/entries/none", undefined, headers);
      const there = await product.admin.request("GET", "/api/locations", undefined, headers);
      expect([here.status, there.status]).toEqual([422, 422]);
      expect(here.body).toMatchObject({ errors: [{ pointer: "/header/Wait-For" }] });
    }
  });

  test("aPathThatNoIdCanHave", async () => {
    expect((await terminal.client.request("GET", "/pos/entries/a%00")).status).toBe(404);
  });
});

test("aFeeAsLargeAsCanBeTypedIsChargedAndReadBack", async () => {
  const dear = { amount: "999999999999.99", currency: "EUR" };
  const programme = await simpleProgramme(product.admin, product.url, {
    guests: { adults: { paid: "UNLIMITED", fee: dear } },
  });
  const accessId = await granted(programme.terminal, newPan());
  const confirmed = await confirm(programme.terminal, accessId, 1_000);
  expect(confirmed.body).toMatchObject({ charged: { amount: "999999999999990.00" } });
  expect(JSON.stringify((await confirm(programme.terminal, accessId, 1_000)).body)).toBe(
    JSON.stringify(confirmed.body),
  );
  const operation = await programme.terminal.client.send("GET", `/pos/entries/${accessId}`);
  expect(operation.body).toMatchObject({ status: "COMPLETED" });
});

describe("quote_entry and confirm_entry", () => {
  test("aQuoteSaysWhatAConfirmationWillCharge", async () => {
    const accessId = await granted(terminal, newPan());
    const guests = { adults: 2, children: 1, freeChildren: 4 };
    const quote = await terminal.client.request("POST", "/pos/quote_entry", { accessId, guests });
    expect(quote.body).toEqual({
      accessId,
      allocation: {
        cardholder: "FREE",
        adults: { free: 1, paid: 1 },
        children: { free: 1, paid: 0 },
        freeChildren: 4,
      },
      fees: [{ for: "ADULT", count: 1, fee: eur("20.00") }],
      total: eur("20.00"),
      remaining: { free: 1, paid: 1, nextFreeAt: null },
    });
    const payment = { collectedBy: "TERMINAL", amount: eur("20.00"), reference: "R1" };
    const confirmed = await confirm(terminal, accessId, guests, { payment });
    expect(confirmed.body).toMatchObject({
      status: "COMPLETED",
      charged: eur("20.00"),
      paymentStatus: "PAID",
      remaining: { free: 1, paid: 1, nextFreeAt: null },
      flags: [],
    });
  });

  test("whenTheFreeVisitsAreUsedUpThePaidTierAppliesThenNone", async () => {
    const pan = newPan();
    for (let visit = 0; visit < 2; visit++) await confirm(terminal, await granted(terminal, pan));
    const third = outcome(await check(terminal, pan));
    expect(third).toMatchObject({
      cardholder: { cost: "PAID", fee: eur("25.00") },
      available: { free: 0, paid: 1 },
    });
    expect(third.available?.nextFreeAt).toBeTruthy();
    const confirmed = await confirm(terminal, third.accessId);
    expect(confirmed.body).toMatchObject({
      charged: eur("25.00"),
      paymentStatus: "PENDING",
      remaining: { free: 0, paid: 0 },
    });
    const fourth = outcome(await check(terminal, pan));
    expect(fourth).toMatchObject({ decision: "REJECTED", code: "LIMIT_EXCEEDED" });
    expect(fourth.nextFreeAt).toBeTruthy();
  });

  test("aConfirmationWithOtherGuestsIsRefused", async () => {
    const accessId = await granted(terminal, newPan());
    await confirm(terminal, accessId, 1);
    const answer = await confirm(terminal, accessId, 2);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "CONFIRMED_DIFFERENTLY" });
  });

  test.each([
    ["too many adults", { adults: 3 }, {}, "TOO_MANY_GUESTS", "/guests/adults"],
    ["too many children", { children: 3 }, {}, "TOO_MANY_GUESTS", "/guests/children"],
    [
      "another amount than due",
      { adults: 2 },
      { payment: { collectedBy: "TERMINAL", amount: { amount: "19.99", currency: "EUR" } } },
      "PAYMENT_AMOUNT_MISMATCH",
      "/payment/amount",
    ],
  ])("with %s the entry stays open", async (_what, guests, more, code, pointer) => {
    const accessId = await granted(terminal, newPan());
    const refused = await confirm(terminal, accessId, guests, more);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code, errors: [{ pointer }] });
    expect((await confirm(terminal, accessId, 0)).status).toBe(200);
  });

  test("anotherTerminalDoesNotSeeTheEntry", async () => {
    const accessId = await granted(terminal, newPan());
    expect((await confirm(other, accessId)).status).toBe(404);
    expect((await other.client.request("POST", "/pos/cancel_entry", { accessId })).status).toBe(404);
    expect((await other.client.request("GET", `/pos/entries/${accessId}`)).status).toBe(404);
  });

  test("aLateConfirmationCompletesWithoutFlagWhenThePlaceIsFree", async () => {
    const accessId = await granted(terminal, newPan());
    await advance("PT6M");
    const answer = await confirm(terminal, accessId);
    expect(answer.body).toMatchObject({ status: "COMPLETED", flags: [] });
  });

  test("aLateConfirmationIsFlaggedWhenItsPlaceWasTaken", async () => {
    const pan = newPan();
    await confirm(terminal, await granted(terminal, pan));
    const late = await granted(terminal, pan);
    await advance("PT6M");
    await confirm(terminal, await granted(terminal, pan));
    const answer = await confirm(terminal, late);
    expect(answer.body).toMatchObject({ status: "COMPLETED", flags: ["OVER_LIMIT"] });
  });

  test("aDayAfterTheGrantItIsTooLate", async () => {
    const accessId = await granted(terminal, newPan());
    await advance("P1D");
    const answer = await confirm(terminal, accessId);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: "ENTRY_EXPIRED" });
  });
});

describe("cancel_entry", () => {
  test("aCancelledEntryFreesTheCardAndCanNotBeConfirmed", async () => {
    const pan = newPan();
    const accessId = await granted(terminal, pan);
    const cancelled = await terminal.client.request("POST", "/pos/cancel_entry", {
      accessId,
      reason: "changed mind",
    });
    const again = await terminal.client.request("POST", "/pos/cancel_entry", {
      accessId,
      reason: "changed mind",
    });
    expect(cancelled.body).toMatchObject({ status: "CANCELLED", accessId });
    expect(again.body).toEqual(cancelled.body);
    expect((await confirm(terminal, accessId)).body).toMatchObject({ code: "ENTRY_CANCELLED" });
    expect(outcome(await check(terminal, pan))).toMatchObject({ available: { free: 2 } });
  });

  test("aCompletedOrLapsedEntryCanNotBeCancelled", async () => {
    const completed = await granted(terminal, newPan());
    await confirm(terminal, completed);
    const lapsed = await granted(terminal, newPan());
    await advance("PT5M");
    for (const accessId of [completed, lapsed]) {
      expect((await terminal.client.request("POST", "/pos/cancel_entry", { accessId })).status).toBe(409);
    }
  });
});

describe("entries", () => {
  const entry = z.looseObject({ status: z.string(), accessId: z.string() });

  test("aTerminalThatLostItsMemoryFindsItsEntry", async () => {
    const pan = newPan();
    const { accessId } = outcome(await check(terminal, pan, "lost-1"));
    const byRequest = entry.parse((await terminal.client.send("GET", "/pos/entries?requestId=lost-1")).body);
    expect(byRequest).toMatchObject({ status: "PENDING", accessId });
    await confirm(terminal, accessId, 1);
    const byId = await terminal.client.send("GET", `/pos/entries/${accessId}`);
    expect(byId.body).toMatchObject({
      status: "COMPLETED",
      allocation: { cardholder: "FREE", adults: { free: 1, paid: 0 } },
    });
  });

  test("aLapsedEntryIsExpired", async () => {
    const accessId = await granted(terminal, newPan());
    await advance("PT5M");
    expect((await terminal.client.send("GET", `/pos/entries/${accessId}`)).body).toMatchObject({
      status: "EXPIRED",
    });
  });
});

describe("a device registered under a deleted serial number", () => {
  test("confirmsNothingOfTheFormerDeviceAndHasRequestIdsOfItsOwn", async () => {
    const { admin, url } = product;
    const locationId = await createLocation(admin);
    await publishRuleset(admin, { criteria: { locations: { locationIds: [locationId] } } });
    const former = await createTerminal(admin, url, locationId);
    const { serialNumber } = former;
    const [pan, open, done] = [newPan(), newPan(), newPan()];
    const first = outcome(await check(former, pan, "same-id"));
    await confirm(former, first.accessId);
    const pending = outcome(await check(former, open, "same-id-2")).accessId;
    const completed = await granted(former, done);
    await confirm(former, completed, 0, { requestId: "same-id-3" });
    await admin.send("DELETE", `/api/terminals/${serialNumber}`);
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    const device = await pairTerminal(admin, url, serialNumber);
    for (const accessId of [pending, completed, first.accessId]) {
      for (const path of ["confirm_entry", "quote_entry", "cancel_entry"]) {
        const body = path === "cancel_entry" ? { accessId } : { accessId, guests: 0 };
        const answer = await device.client.request("POST", `/pos/${path}`, body);
        expect([path, answer.status]).toEqual([path, 404]);
      }
      expect((await device.client.request("GET", `/pos/entries/${accessId}`)).status).toBe(404);
    }
    expect((await device.client.request("GET", "/pos/entries?requestId=same-id")).status).toBe(404);
    // Another card under the request id that the former device used: a tap like any other.
    const own = await check(device, newPan(), "same-id");
    expect(outcome(own)).toMatchObject({ decision: "GRANTED" });
    expect(outcome(own).accessId).not.toBe(first.accessId);
    expect((await confirm(device, outcome(own).accessId, 0, { requestId: "same-id-3" })).status).toBe(200);
    expect((await device.client.send("GET", "/pos/entries?requestId=same-id")).body).toMatchObject({
      accessId: outcome(own).accessId,
      status: "COMPLETED",
    });
  });
});
