import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openAmounts } from "../../src/engine/amountChecks/open.ts";
import { reconcileAmounts } from "../../src/engine/amountChecks/reconcile.ts";
import { verifyByAmount } from "../../src/engine/amountChecks/verify.ts";
import type { Services } from "../../src/engine/services.ts";
import { AMOUNT_ABANDONED } from "../../src/domain/policies.ts";
import { HttpAcquirer } from "../../src/integrations/acquirer/acquirer.ts";
import { type Acquirer, noAcquirer } from "../../src/integrations/ports.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startAcquirer, systemAt, type Told } from "./support.ts";

/** Amounts that verify cards: whatever happens between asking for one and giving it back, it is given back once. */

let server: TestServer;
let acquirer: Told;
let port: HttpAcquirer;
let close: () => Promise<void>;
let clock = 1_800_000_000_000;

beforeAll(async () => {
  [server, acquirer] = await Promise.all([startTestServer(), startAcquirer()]);
  const way = systemAt(acquirer, { failuresToOpen: 1_000 });
  port = new HttpAcquirer(way.system, { amount: "1.00", currency: "EUR" });
  ({ close } = way);
});
afterEach(async () => {
  await acquirer.faults();
  for (const on of ["/amount-verifications", "/reversal"]) await acquirer.faultsOn(on);
  await acquirer.answers({});
});
afterAll(async () => {
  await close();
  await Promise.all([server.stop(), acquirer.close()]);
});

function services(through: Acquirer = port): Pick<Services, "db" | "acquirer" | "logger" | "now"> {
  const { db, logger } = server.server.services;
  return { db, logger, acquirer: through, now: () => clock };
}

let attempts = 0;
async function ask(key = `01KATTEMPT-${String(++attempts)}-AMOUNT`, through: Acquirer = port) {
  const of = { cardId: "a-card", accessId: key };
  const card = { key, pan: "5555555555554444", expiry: null, within: 5_000 };
  return { key, answer: (await verifyByAmount(services(through), of, card)).answer };
}

async function bookOf(key: string) {
  const { amounts } = await acquirer.books();
  return amounts.find((one) => one.key === key);
}

async function rowOf(key: string) {
  return await server.server.services.db
    .selectFrom("amount_checks")
    .select(["state", "outcome", "problem", "tries", "next_at"])
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
}

test("whatWasTakenIsGivenBackByTheNextRound, once", async () => {
  const { key, answer } = await ask();
  expect(answer).toEqual({ method: "AMOUNT", outcome: "PASSED", responseCode: "00" });
  expect(await rowOf(key)).toMatchObject({ state: "DUE", outcome: "PASSED" });
  expect(await reconcileAmounts(services(), clock)).toBe(1);
  expect(await bookOf(key)).toMatchObject({ outcome: "APPROVED", reversed: true, asked: 1 });
  expect(await rowOf(key)).toMatchObject({ state: "GIVEN_BACK", problem: null });
  expect(await reconcileAmounts(services(), clock + 1_000_000)).toBe(0);
});

test.each([["51"], ["05"], ["91"]])(
  "of an amount that was refused by %s nothing is given back",
  async (code) => {
    await acquirer.answers({ amount: code });
    const { key } = await ask();
    expect(await rowOf(key)).toMatchObject({ state: "NOT_TAKEN" });
    expect(await reconcileAmounts(services(), clock + 1_000_000)).toBe(0);
  },
);

test("anAmountIsAskedForOnce: who asks again in the same attempt is told what was said", async () => {
  const { key } = await ask();
  expect((await ask(key)).answer).toEqual({ method: "AMOUNT", outcome: "PASSED", responseCode: "00" });
  await reconcileAmounts(services(), clock);
  expect((await ask(key)).answer).toMatchObject({ outcome: "PASSED" });
  expect(await bookOf(key)).toMatchObject({ asked: 1 });
});

test("whoseAnswerWasLostIsInquiredFirst, and waits longer each time that comes to nothing", async () => {
  await acquirer.faultsOn("/amount-verifications", "drop-after-processing");
  const { key, answer } = await ask();
  expect(answer).toMatchObject({ outcome: "UNAVAILABLE", why: "NO_ANSWER" });
  expect(await rowOf(key)).toMatchObject({ state: "UNKNOWN", problem: "NO_ANSWER" });
  expect((await ask(key)).answer).toMatchObject({ outcome: "UNAVAILABLE", why: "NO_ANSWER" });
  await acquirer.faults("status:500", "garbage", "drop");
  for (const [tries, problem, wait] of [
    [1, "BAD_ANSWER", 2_000],
    [2, "BAD_ANSWER", 4_000],
    [3, "NO_ANSWER", 8_000],
  ] as const) {
    expect(await reconcileAmounts(services(), clock)).toBe(0);
    const row = await rowOf(key);
    expect(row).toMatchObject({ state: "UNKNOWN", tries, problem });
    expect(row.next_at.getTime() - clock).toBe(wait);
    clock += wait;
  }
  const { total, items } = await openAmounts(services());
  expect([total, items[0]?.key]).toEqual([1, key]);
  // Inquired, and its reversal lost: it is asked again, and given back once.
  await acquirer.faultsOn("/reversal", "drop-after-processing");
  expect(await reconcileAmounts(services(), clock)).toBe(0);
  clock += 16_000;
  expect(await reconcileAmounts(services(), clock)).toBe(1);
  expect(await bookOf(key)).toMatchObject({ outcome: "APPROVED", reversed: true, asked: 1 });
  expect((await openAmounts(services())).total).toBe(0);
});

test("whatNeverArrivedIsRefusedIfItArrivesLater", async () => {
  await acquirer.faultsOn("/amount-verifications", "drop");
  const { key } = await ask();
  expect(await bookOf(key)).toBeUndefined();
  expect(await reconcileAmounts(services(), clock)).toBe(1);
  expect(await rowOf(key)).toMatchObject({ state: "GIVEN_BACK" });
  const late = await port.verify({
    ...{ method: "AMOUNT", key, pan: "5555555555554444", expiry: null, within: 5_000 },
  });
  expect(late).toMatchObject({ answer: { outcome: "UNAVAILABLE", why: "REFUSED" } });
  expect(await bookOf(key)).toMatchObject({ outcome: null, reversed: true });
});

test("whoseProcessDiedBeforeTheAnswerWasWrittenDown is looked after a minute later", async () => {
  const dying: Acquirer = {
    ...noAcquirer,
    ...{ isConnected: true, amount: port.amount },
    verify: async (question) => {
      await port.verify(question);
      throw new Error("the process dies");
    },
    findAmount: async (key, within) => await port.findAmount(key, within),
    giveBack: async (key, within) => await port.giveBack(key, within),
  };
  const key = "01KATTEMPT-DIES-AMOUNT";
  await expect(ask(key, dying)).rejects.toThrow("the process dies");
  expect(await rowOf(key)).toMatchObject({ state: "ASKED" });
  expect(await reconcileAmounts(services(), clock + AMOUNT_ABANDONED - 1)).toBe(0);
  expect(await bookOf(key)).toMatchObject({ outcome: "APPROVED", reversed: false });
  expect(await reconcileAmounts(services(), clock + AMOUNT_ABANDONED)).toBe(1);
  expect(await bookOf(key)).toMatchObject({ reversed: true, asked: 1 });
});

test("instancesShareTheWork: each amount is given back by one of them", async () => {
  const asked = await Promise.all(Array.from({ length: 40 }, async () => await ask()));
  let settled = 0;
  while (settled < asked.length) {
    const rounds = await Promise.all([0, 1, 2].map(async () => await reconcileAmounts(services(), clock)));
    settled += rounds.reduce((sum, one) => sum + one, 0);
  }
  expect(settled).toBe(asked.length);
  const reversals = (await acquirer.seen())
    .map(({ path }) => path)
    .filter((path) => path.endsWith("/reversal"));
  for (const { key } of asked)
    expect(reversals.filter((path) => path === `/v1/amount-verifications/${key}/reversal`)).toHaveLength(1);
});
