import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { MINUTE } from "../../src/domain/time.ts";
import { settlePayment } from "../../src/engine/payments/settle.ts";
import { claimPayment } from "../../src/engine/payments/tries.ts";
import { cardOfAttempt } from "../../src/engine/vaultCards.ts";
import { type Acquirer, noAcquirer } from "../../src/integrations/ports.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { KEY, startAcquirer, type Told } from "./support.ts";

/** Fees that the acquirer charges, from the tap to the refund, against its simulator. */

const FEE = { amount: "25.00", currency: "EUR" };
const CHARGED = {
  cardholder: { paid: "UNLIMITED" as const, fee: FEE },
  guests: { adults: { paid: 5, fee: { amount: "10.00", currency: "EUR" } } },
  verification: { mode: "ASI" as const, chargesFees: true },
};

let acquirer: Told;
let server: TestServer;
let terminal: Terminal;
let cards = 0;
let reversals = 0;

beforeAll(async () => {
  acquirer = await startAcquirer();
  server = await startTestServer({ settings: { ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY } });
  ({ terminal } = await simpleProgramme(server.admin, server.url, CHARGED));
});
afterAll(async () => {
  await server.stop();
  await acquirer.close();
});

async function enter(guests: unknown = 0) {
  const told = outcome(await check(terminal, testPan(++cards)));
  expect(told).toMatchObject({ decision: "GRANTED", collectedBy: "ACQUIRER" });
  const { accessId } = told;
  const { body } = await confirm(terminal, accessId, guests);
  return { accessId, told: z.looseObject({ paymentStatus: z.string() }).parse(body) };
}

async function reverse(accessId: string, body: object = {}): Promise<unknown> {
  return (
    await server.admin.send("POST", `/api/operations/${accessId}/reversal`, body, {
      "idempotency-key": `reversal-${String(++reversals)}`,
    })
  ).body;
}

const shown = z.looseObject({ state: z.string(), isOpen: z.boolean(), waitsForPerson: z.boolean() });
async function payment(accessId: string): Promise<z.output<typeof shown>> {
  return shown.parse(
    (await server.server.projections.payments.get(accessId, { places: null, icas: null })) ?? {
      ...{ state: "NONE", isOpen: true, waitsForPerson: false },
    },
  );
}

async function settled(accessId: string): Promise<string> {
  await expect.poll(async () => (await payment(accessId)).isOpen, { timeout: 30_000 }).toBe(false);
  return (await payment(accessId)).state;
}

/** Charged less refunded, by the acquirer's own books, in cents; and how often each key did something. */
async function bookedOf(accessId: string): Promise<number> {
  const { charges, refunds } = await acquirer.books();
  const cents = (list: typeof charges): number =>
    list
      .filter(({ key, outcome: said }) => said === "APPROVED" && key.startsWith(accessId))
      .reduce((sum, { amount }) => sum + Math.round(Number(amount?.amount) * 100), 0);
  return cents(charges) - cents(refunds);
}

test("aFeeIsChargedAtOnce, and the terminal is told that it is paid", async () => {
  const { accessId, told } = await enter(1);
  expect(told).toMatchObject({ paymentStatus: "PAID", charged: { amount: "35.00", currency: "EUR" } });
  expect(await settled(accessId)).toBe("PAID");
  expect(await bookedOf(accessId)).toBe(3_500);
  const { body } = await confirm(terminal, accessId, 1);
  expect(body).toEqual(told);
});

test.each(["hang", "late:2000", "garbage", "drop", "drop-after-processing", "status:503", "status:400"])(
  "aChargeStruckBy %s is pending first, then paid, and charged once",
  async (fault) => {
    await acquirer.faultsOn("/charges", fault);
    const began = performance.now();
    const { accessId, told } = await enter();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(told.paymentStatus).toBe("PENDING");
    expect(await settled(accessId)).toBe("PAID");
    expect(await bookedOf(accessId)).toBe(2_500);
    expect((await confirm(terminal, accessId)).body).toMatchObject({ paymentStatus: "PAID" });
  },
);

test("whatIsReversed is given back, and no more of it", async () => {
  const { accessId } = await enter(2);
  await reverse(accessId, { guests: { adults: 1 } });
  await expect.poll(async () => await bookedOf(accessId), { timeout: 30_000 }).toBe(3_500);
  await expect.poll(async () => (await payment(accessId)).state).toBe("PARTIALLY_REFUNDED");
  await reverse(accessId);
  await expect.poll(async () => (await payment(accessId)).state, { timeout: 30_000 }).toBe("REFUNDED");
  expect(await bookedOf(accessId)).toBe(0);
});

test("whatIsReversedWhileNobodyKnows is given back once it turns out to be paid", async () => {
  await acquirer.faultsOn("/charges", "drop-after-processing");
  await acquirer.faultsOn("/void", "drop", "garbage");
  const { accessId } = await enter();
  await reverse(accessId);
  await expect.poll(async () => (await payment(accessId)).state, { timeout: 30_000 }).toBe("REFUNDED");
  expect(await bookedOf(accessId)).toBe(0);
  const { refunds } = await acquirer.books();
  expect(refunds.filter(({ key }) => key.startsWith(accessId))).toHaveLength(1);
});

test("whatIsReversedBeforeItWasCharged is never charged", async () => {
  await acquirer.faultsOn("/charges", "drop");
  const { accessId } = await enter();
  await reverse(accessId);
  expect(await settled(accessId)).toBe("VOIDED");
  expect(await bookedOf(accessId)).toBe(0);
});

test("whatTheIssuerRefuses has failed, and the terminal may collect it then", async () => {
  await acquirer.answers({ charge: "51" });
  const { accessId, told } = await enter();
  await acquirer.answers({});
  expect(told.paymentStatus).toBe("FAILED");
  expect(await settled(accessId)).toBe("FAILED");
  const collected = { collectedBy: "TERMINAL", reference: "slip 1", amount: FEE };
  expect((await confirm(terminal, accessId, 0, { payment: collected })).body).toMatchObject({
    paymentStatus: "PAID",
  });
  expect(await bookedOf(accessId)).toBe(0);
});

test("whoeverIsCharged does not pay at the terminal as well", async () => {
  const { accessId } = await enter();
  const collected = { collectedBy: "TERMINAL", reference: "slip 2", amount: FEE };
  expect((await confirm(terminal, accessId, 0, { payment: collected })).status).toBe(409);
});

test.each(["before", "after"] as const)(
  "aProcessThatDies %s the charge is sent leaves it to the next one, who inquires",
  async (when) => {
    const { services } = server.server;
    await acquirer.faultsOn("/charges", "drop");
    const { accessId } = await enter();
    await claimPayment(services, accessId, { anyway: true });
    const dying: Acquirer = {
      ...noAcquirer,
      isConnected: true,
      findCharge: async (key, within) => await services.acquirer.findCharge(key, within),
      charge: async (charge, within) => {
        if (when === "after") await services.acquirer.charge(charge, within);
        throw new Error("the process dies");
      },
    };
    const cardId = await cardOfAttempt(services, accessId);
    if (cardId === null) throw new Error("the attempt is of a card");
    const settling = settlePayment(
      { ...services, acquirer: dying },
      { cardId, accessId },
      { within: 5_000, isAsked: true },
    );
    await expect(settling).rejects.toThrow("the process dies");
    expect(await settled(accessId)).toBe("PAID");
    const { charges } = await acquirer.books();
    expect(charges.filter(({ key }) => key.startsWith(accessId))).toMatchObject([{ asked: 1 }]);
  },
);

test("oneOfManyAsks, while its lease runs", async () => {
  const { services } = server.server;
  await acquirer.faultsOn("/charges", "drop");
  const { accessId } = await enter();
  await claimPayment(services, accessId, { anyway: true });
  const claims = await Promise.all(
    Array.from({ length: 10 }, async () => await claimPayment(services, accessId)),
  );
  expect(claims).toEqual(Array.from({ length: 10 }, () => null));
  const later = { db: services.db, now: () => services.now() + 2 * MINUTE };
  const own = await Promise.all(Array.from({ length: 10 }, async () => await claimPayment(later, accessId)));
  expect(own.filter((one) => one !== null)).toHaveLength(1);
});

test("noReferenceIsKeptInTheClear, and none once the fee is settled", async () => {
  const { accessId } = outcome(await check(terminal, testPan(++cards)));
  const { db } = server.server.services;
  const row = await db
    .selectFrom("acquirer_references")
    .select("sealed")
    .where("access_id", "=", accessId)
    .executeTakeFirstOrThrow();
  expect(row.sealed.toString("latin1")).not.toContain("ref_");
  await confirm(terminal, accessId);
  await settled(accessId);
  const left = await db
    .selectFrom("acquirer_references")
    .selectAll()
    .where("access_id", "=", accessId)
    .execute();
  expect(left).toEqual([]);
  for (const { path, body } of await acquirer.seen()) {
    if (path.includes("/charges")) expect(body).not.toMatch(/\d{12}/);
  }
});
