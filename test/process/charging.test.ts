import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Client, createClient } from "../../src/client.ts";
import { KEY, startAcquirer, type Told } from "../outside/support.ts";
import { confirm, outcome, check, simpleProgramme, testKeys, testPan } from "../support/programme.ts";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";

/**
 * kill -9 while fees are charged and given back, with an acquirer that loses answers meanwhile: after the restart each
 * fee comes to its end, and the acquirer's books say what ours say.
 */
const ROUNDS = process.env["LONG"] === "1" ? 40 : 2;
const AT_ONCE = 4;
const FAULTS = ["none", "late:300", "hang", "drop", "drop-after-processing", "garbage"] as const;
const OVER = ["PAID", "VOIDED", "REFUNDED"];

let acquirer: Told;
let home: ProductHome;
let product: Product;
let admin: Client;
let terminal: Terminal;
let cards = 0;

const env = (): Readonly<Record<string, string>> => ({ ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY });

beforeAll(async () => {
  acquirer = await startAcquirer();
  for (const path of ["/account-status-inquiries", "/amount-verifications", "/reversal"]) {
    await acquirer.faultsOn(path, "none");
  }
  home = await productHome();
  await begin();
  ({ terminal } = await simpleProgramme(admin, product.url, {
    cardholder: { paid: "UNLIMITED", fee: { amount: "25.00", currency: "EUR" } },
    verification: { mode: "ASI", chargesFees: true },
  }));
});
afterAll(async () => {
  await home.destroy();
  await acquirer.close();
});

async function begin(): Promise<void> {
  product = await home.start(env());
  admin = createClient(product.url, await home.adminKey());
}

async function granted(): Promise<string> {
  // While the circuit is open nobody is verified.
  let told = outcome(await check(terminal, testPan(++cards)));
  while (told.decision !== "GRANTED") {
    await sleep(200);
    told = outcome(await check(terminal, testPan(++cards)));
  }
  expect(told).toMatchObject({ collectedBy: "ACQUIRER" });
  return told.accessId;
}

/** Whoever is killed meanwhile has not answered; whether it has happened is seen afterwards. */
async function attempt(act: () => Promise<unknown>): Promise<void> {
  await act().catch(() => undefined);
}

const payment = z.object({ state: z.string(), isOpen: z.boolean() });

test("killedWhileFeesAreCharged, each is charged once or not at all, and comes to an end", async () => {
  const entries: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const own = await Promise.all(Array.from({ length: AT_ONCE }, granted));
    entries.push(...own);
    for (const path of ["/charges", "/refunds", "/void"]) {
      await acquirer.faultsOn(path, ...Array.from({ length: 3 }, () => pick(FAULTS)));
    }
    const confirming = own.map(async (accessId, index) => {
      await attempt(async () => await confirm(terminal, accessId));
      if (index % 2 === 0) await attempt(async () => await admin.send("POST", reversalOf(accessId), {}));
    });
    await sleep(randomInt(600));
    await product.end("SIGKILL");
    await Promise.all(confirming);
    await begin();
    terminal = terminalOf(product.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
    // The terminal lost the answer, and says again that they went in.
    for (const accessId of own) await confirm(terminal, accessId);
  }
  for (const path of ["/charges", "/refunds", "/void"]) await acquirer.faultsOn(path, "none");
  for (const accessId of entries) {
    const read = async () => payment.parse((await admin.send("GET", `/api/payments/${accessId}`)).body);
    await expect.poll(async () => (await read()).isOpen, { timeout: 120_000, interval: 250 }).toBe(false);
    const { state } = await read();
    expect(OVER).toContain(state);
    expect([accessId, state, await keptOf(accessId)]).toEqual([
      accessId,
      state,
      state === "PAID" ? 2_500 : 0,
    ]);
  }
});

const reversalOf = (accessId: string): string => `/api/operations/${accessId}/reversal`;

function pick<One>(list: readonly One[]): One {
  const one = list[randomInt(list.length)];
  if (one === undefined) throw new Error("there is one");
  return one;
}

/** What the acquirer has taken for an entry and kept, in cents. */
async function keptOf(accessId: string): Promise<number> {
  const { charges, refunds } = await acquirer.books();
  const cents = (list: typeof charges): number =>
    list
      .filter(({ key, outcome: said }) => said === "APPROVED" && key.startsWith(accessId))
      .reduce((sum, { amount }) => sum + Math.round(Number(amount?.amount) * 100), 0);
  return cents(charges) - cents(refunds);
}
