import { Agent, request } from "node:http";
import { createPrivateKey } from "node:crypto";
import {
  createLocation,
  createTerminal,
  importRanges,
  publishRuleset,
  testKeys,
} from "../../test/support/programme.ts";
import { tokensOf } from "../support/tokens.ts";
import { median } from "../support/statistics.ts";
import type { Figures, OfflineScene } from "./offlineScene.ts";

/**
 * After a rule has changed, every terminal fetches its list: `lists/s`, new ones in gzip of 1,000 account ranges, for
 * terminals of 50 places (a tenth of that when quick).
 */

const RANGES = 1_000;
const A_PLACE = 10;
const CONNECTIONS = 32;
const OFFLINE = {
  accountRanges: true,
  whitelist: false,
  maxGuests: 1,
  perCardAndDay: 2,
  perTerminalAndDay: 200,
};

export async function lists({ quick, product, admin }: OfflineScene): Promise<Figures> {
  const places = quick ? 5 : 50;
  const rows = Array.from({ length: RANGES }, (_, index) => {
    const low = String(52_000_000 + index * 10);
    return `${low},${low},${String(1_000 + (index % 40)).padStart(7, "0")},Bank ${String(index % 40)},POL,WLE,World Elite`;
  });
  await importRanges(admin, rows);
  const serials: string[] = [];
  for (let place = 0; place < places; place++) {
    const locationId = await createLocation(admin, { offlineAllowed: true });
    const made = await Promise.all(
      Array.from({ length: A_PLACE }, async () => await createTerminal(admin, product.url, locationId)),
    );
    serials.push(...made.map(({ serialNumber }) => serialNumber));
  }
  const tokens = await tokensOf(serials, createPrivateKey(testKeys().privateKey));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const rates: number[] = [];
  try {
    for (let round = 0; round <= (quick ? 2 : 5); round++) {
      await publishRuleset(admin, {
        name: `Change ${String(round)}`,
        criteria: { productCodes: ["WLE"] },
        priority: 500 - round,
        cardholder: { window: { kind: "ROLLING", days: 30 }, free: 3 + round },
        offline: OFFLINE,
      });
      const begun = performance.now();
      await fetchAll(product.url, tokens, agent);
      // The first one is not of a server that has answered before.
      if (round > 0) rates.push((tokens.length * 1_000) / (performance.now() - begun));
    }
  } finally {
    agent.destroy();
  }
  return { "lists/s": Math.round(median(rates)) };
}

async function fetchAll(url: string, tokens: readonly string[], agent: Agent): Promise<void> {
  const waiting = tokens.values();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const token of waiting) await fetchOne(url, token, agent);
    }),
  );
}

/** What is answered by 503 is asked for again when the answer says, as terminals do. */
function fetchOne(url: string, token: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "accept-encoding": "gzip" };
    const asked = request(new URL("/pos/fallback_bin_ranges", url), { agent, headers }, (answer) => {
      const isList = answer.statusCode === 200 && answer.headers["content-encoding"] === "gzip";
      answer.resume();
      const again = Number(answer.headers["retry-after"] ?? Number.NaN);
      answer.on("end", () => {
        if (isList) resolve();
        else if (answer.statusCode === 503 && again > 0)
          setTimeout(() => void fetchOne(url, token, agent).then(resolve, reject), again * 1_000);
        else reject(new Error(`a list was answered with ${String(answer.statusCode)}, not in gzip`));
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}
