import { afterAll, beforeAll, expect, test } from "vitest";
import { type Played, play } from "./play.ts";
import { Product } from "./product.ts";

const SEED = Number(process.env["HISTORY"] ?? "1");
const HISTORIES = process.env["HISTORY"] !== undefined ? 1 : process.env["LONG"] === "1" ? 1_500 : 150;

let product: Product;
const played: Played[] = [];

beforeAll(async () => {
  product = await Product.open([0, -640]);
  for (let seed = SEED; seed < SEED + HISTORIES; seed++) played.push(await play(product, seed, 60));
});
afterAll(async () => {
  await product.close();
});

test("everyAnswerIsTheOneThatTheModelExpects", () => {
  for (const { seed, steps, differences } of played) {
    if (differences.length > 0)
      expect.fail(`HISTORY=${String(seed)}\n${steps.join("\n")}\n${differences.join("\n")}`);
  }
});

test("dbg", () => {
  console.log([...new Set(played.flatMap(({ seen }) => [...seen]))].sort());
});
