import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Client, createClient, UnreachableError } from "../../src/client.ts";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { check, confirm, testKeys, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";

/**
 * kill -9 at any moment of traffic, of the product and of its database: after the restart every
 * acknowledged entry is there once, and no count is off.
 */
const ROUNDS = process.env["LONG"] === "1" ? 200 : 5;
const CARDS = 12;
const FREE = 1_000_000;

let home: ProductHome;
let product: Product;
let admin: Client;
let serialNumber: string;
let terminal: Terminal;

beforeAll(async () => {
  home = await productHome();
  product = await home.start();
  admin = createClient(product.url, await home.adminKey());
  const programme = await simpleProgramme(admin, product.url, {
    cardholder: { free: FREE },
    totalUsage: { max: FREE },
  });
  serialNumber = programme.terminal.serialNumber;
  terminal = programme.terminal;
});
afterAll(async () => {
  await home.destroy();
});

interface Ledger {
  /** Entries whose confirmation was acknowledged. */
  readonly confirmed: Set<string>;
  /** Granted, and the confirmation never answered: it may have happened. */
  readonly unknown: Set<string>;
  /** A check that was never answered: it is asked again, as a terminal would. */
  asked: string | null;
}

interface Round {
  stopped: boolean;
  /** Called with the first answer of the round: by then the product is under load. */
  readonly answered: () => void;
}

/** One card's visits, one after the other, until the product is gone. */
async function traffic(pan: string, ledger: Ledger, until: Round): Promise<void> {
  try {
    for (const accessId of ledger.unknown) await confirmOnce(ledger, accessId);
    for (let visit = 0; !until.stopped; visit++) {
      ledger.asked ??= `${pan.slice(-5)}-${String(Date.now())}-${String(visit)}`;
      const checked = await check(terminal, pan, ledger.asked);
      if (checked.status !== 200) continue;
      until.answered();
      ledger.asked = null;
      const verdict = outcome(checked);
      if (verdict.decision !== "GRANTED") continue;
      ledger.unknown.add(verdict.accessId);
      await confirmOnce(ledger, verdict.accessId);
    }
  } catch (error) {
    if (!(error instanceof UnreachableError) && !(error instanceof TypeError)) throw error;
  }
}

async function confirmOnce(ledger: Ledger, accessId: string): Promise<void> {
  const answer = await confirm(terminal, accessId);
  if (answer.status !== 200) return;
  ledger.unknown.delete(accessId);
  ledger.confirmed.add(accessId);
}

const operations = z.object({
  items: z.array(z.object({ accessId: z.string() })),
  nextCursor: z.string().nullable(),
});

async function completedOf(cardId: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/operations?cardId=${cardId}&status=COMPLETED&limit=500${page}`;
    const answer = operations.parse((await admin.send("GET", path)).body);
    found.push(...answer.items.map((item) => item.accessId));
    cursor = answer.nextCursor;
  } while (cursor !== null);
  return found;
}

test(`everyAcknowledgedEntryIsThereOnceAfter ${String(ROUNDS)} kills`, async () => {
  const pans = Array.from({ length: CARDS }, (_, index) => testPan(40_000 + index));
  const ledgers = pans.map((): Ledger => ({ confirmed: new Set(), unknown: new Set(), asked: null }));
  for (let round = 0; round < ROUNDS; round++) {
    let answered = (): void => undefined;
    const firstAnswer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const until: Round = { stopped: false, answered };
    const running = pans.map(async (pan, index) => {
      const ledger = ledgers[index];
      if (ledger !== undefined) await traffic(pan, ledger, until);
    });
    // Every fourth kill comes while the product is still warming up, the others under load.
    if (round % 4 !== 3) await Promise.race([firstAnswer, sleep(10_000)]);
    await sleep(randomInt(0, 400));
    if (round % 2 === 1) await home.killDatabase();
    await product.end("SIGKILL");
    until.stopped = true;
    await Promise.all(running);
    product = await home.start();
    admin = createClient(product.url, await home.adminKey());
    terminal = terminalOf(product.url, serialNumber, testKeys().privateKey, () => Date.now());
  }
  let seen = 0;
  for (const [index, pan] of pans.entries()) {
    const ledger = ledgers[index];
    if (ledger === undefined) throw new Error("every card has a ledger");
    // What was never answered is said again: the terminal would do the same.
    if (ledger.asked !== null) {
      const asked = outcome(await check(terminal, pan, ledger.asked));
      expect(asked.decision).toBe("GRANTED");
      ledger.unknown.add(asked.accessId);
    }
    for (const accessId of [...ledger.unknown]) await confirmOnce(ledger, accessId);
    expect(ledger.unknown.size).toBe(0);
    const lookup = await admin.send("POST", "/api/cards/lookup", { pan });
    const { cardId } = z.object({ cardId: z.string() }).parse(lookup.body);
    const last = outcome(await check(terminal, pan));
    const position = (await confirm(terminal, last.accessId)).headers.get("position") ?? "";
    ledger.confirmed.add(last.accessId);
    await admin.send("GET", `/api/operations/${last.accessId}`, undefined, { "Wait-For": position });
    const completed = await completedOf(cardId);
    expect(completed).toHaveLength(new Set(completed).size);
    expect(new Set(completed)).toEqual(ledger.confirmed);
    // What the evaluator counts is what was confirmed, no more and no less.
    expect(last.available?.free).toBe(FREE - (ledger.confirmed.size - 1));
    seen += completed.length;
  }
  expect(seen).toBeGreaterThan(ROUNDS);
});
