import type { Generating, RewardsFeed } from "./feed.ts";

/** Cards and what they spend, the same for the same seed and time. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Grocery stores, restaurants, airlines, hotels, fuel. */
const MCCS = ["5411", "5812", "4511", "7011", "5541"] as const;
const CURRENCIES = ["EUR", "PLN", "USD"] as const;
const ENROLLED_FOR_DAYS = 60;
const SPENDS_FOR_DAYS = 45;

/** @param now milliseconds: nothing is dated after it */
export function generatedFeed({ seed, cards, transactions }: Generating, now: number): RewardsFeed {
  const random = randomOf(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const arefs = Array.from({ length: cards }, (_, index) => `SIM-${String(seed)}-${padded(index + 1)}`);
  const spent: RewardsFeed["transactions"] = [];
  for (let index = 0; index < transactions && arefs.length > 0; index++) {
    const before = spent[below(spent.length + 3)];
    const at = now - Math.floor(random() * SPENDS_FOR_DAYS * DAY_MS);
    const id = `sim-${String(seed)}-t${padded(index + 1)}`;
    const postedTime = random() < 0.9 ? new Date(Math.min(now, at + DAY_MS)).toISOString() : null;
    const isBack = before?.kind === "PURCHASE" && random() < 0.15;
    spent.push({
      ...{ id, postedTime, transactionTime: new Date(at).toISOString() },
      ...(isBack
        ? { aref: before.aref, mcc: before.mcc, amountMinor: before.amountMinor, currency: before.currency }
        : {
            ...{ aref: arefs[below(arefs.length)] ?? "", mcc: MCCS[below(MCCS.length)] ?? "5411" },
            ...{ amountMinor: 100 + below(50_000), currency: CURRENCIES[below(CURRENCIES.length)] ?? "EUR" },
          }),
      ...(isBack ? { kind: "REFUND", refersTo: before.id } : { kind: "PURCHASE", refersTo: null }),
    });
  }
  const since = new Date(now - ENROLLED_FOR_DAYS * DAY_MS).toISOString();
  return {
    cards: arefs.map((aref) => ({ aref, ica: "1234", productCode: "WLE", since })),
    gone: [],
    transactions: spent,
  };
}

function padded(number: number): string {
  return String(number).padStart(4, "0");
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
