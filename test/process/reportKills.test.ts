import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, ApiError, createClient, UnreachableError } from "../../src/client.ts";
import { freePort } from "../../src/database/embedded/embedded.ts";
import { OfflineMonth, totals } from "../support/offlineMonth/month.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";

/** A month's offline reports reach a server that is killed again and again while they come in, with its database or without. */

const LONG = process.env["LONG"] === "1";
const SIZE = LONG ? { terminals: 10, cards: 200 } : { terminals: 2, cards: 14 };
const KILLS = LONG ? 60 : 4;

let home: ProductHome;
let product: Product;
let env: Readonly<Record<string, string>>;
let month: OfflineMonth;

beforeAll(async () => {
  home = await productHome();
  // Terminals find it again where it was.
  env = { TEST_CLOCK: "1", PORT: String(await freePort()) };
  product = await home.start(env);
  const admin = createClient(product.url, await home.adminKey());
  month = await OfflineMonth.create({ url: product.url, admin }, randomInt(1_000_000), {
    ...SIZE,
    places: 2,
  });
}, 600_000);
afterAll(async () => {
  await home.destroy();
});

/** As a terminal does: again and again until it was told what became of it. */
async function stubbornly(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isOurs = error instanceof ApiError && error.status < 500;
      const isKnown =
        error instanceof ApiError || error instanceof UnreachableError || error instanceof TypeError;
      if (isOurs || !isKnown) throw error;
    }
    await sleep(20);
  }
}

test(`comesToTheSameAsWithout: ${String(KILLS)} kills`, { timeout: 1_800_000 }, async () => {
  const [calm, killed] = month.places;
  if (calm === undefined || killed === undefined) throw new Error("there are two places");
  await month.tell(calm);
  const telling = { answers: 0, isOver: false };
  let kills = 0;
  const told = month
    .tell(killed, async (ask) => {
      const answer = await stubbornly(ask);
      telling.answers += 1;
      return answer;
    })
    .finally(() => {
      telling.isOver = true;
    });
  while (kills < KILLS && !telling.isOver) {
    // Each time some of it gets through, lest the killing goes on for ever.
    const before = telling.answers;
    await expect.poll(() => telling.answers > before || telling.isOver).toBe(true);
    await sleep(randomInt(0, 40));
    if (kills % 2 === 1) await home.killDatabase();
    await product.end("SIGKILL");
    kills += 1;
    product = await home.start(env);
  }
  await told;
  // A month that is told before the first kill would show nothing.
  expect(kills).toBeGreaterThanOrEqual(2);
  const [one, other] = [await month.becameOf(calm), await month.becameOf(killed)];
  expect([...other.keys()]).toEqual(month.visits.map(({ label }) => label).sort());
  for (const [label, row] of one) expect(other.get(label), label).toEqual(row);
  expect(totals(other)).toEqual(totals(one));
});
