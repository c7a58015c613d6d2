import { readFile, writeFile } from "node:fs/promises";
import type { Product } from "../../test/support/product.ts";
import { createLocation, publishRuleset, testPan } from "../../test/support/programme.ts";
import { askWhitelist, keyedTerminal, OFFLINE_BY_NAME } from "../../test/support/whitelists.ts";
import { round2 } from "../support/statistics.ts";
import type { Figures, OfflineScene } from "./offlineScene.ts";

/** A whitelist of a million cards that nobody knew; then what it says again, as a preview. */
export async function upload({ quick, product, admin }: OfflineScene): Promise<Figures> {
  const rows = quick ? 50_000 : 1_000_000;
  const locationId = await createLocation(admin);
  const csv = lines(rows, 0);
  await resetPeak(product);
  const path = `/api/whitelist/uploads?locationId=${locationId}&mode=REPLACE`;
  const begun = performance.now();
  await admin.send("POST", path, csv);
  const uploadS = (performance.now() - begun) / 1_000;
  const rssMB = await peakMB(product);
  const again = performance.now();
  await admin.send("POST", `${path}&dryRun=true`, csv);
  const previewS = (performance.now() - again) / 1_000;
  return { uploadS: round2(uploadS), rssMB: round2(rssMB), previewS: round2(previewS) };
}

/** A list of 100,000 cards, made once and taken by one terminal after the other. */
export async function delivery({ quick, product, admin }: OfflineScene): Promise<Figures> {
  const locationId = await createLocation(admin);
  await publishRuleset(admin, {
    criteria: { locations: { locationIds: [locationId] } },
    offline: OFFLINE_BY_NAME,
  });
  const path = `/api/whitelist/uploads?locationId=${locationId}&mode=REPLACE`;
  await admin.send("POST", path, lines(quick ? 10_000 : 100_000, 2_000_000));
  const terminal = await keyedTerminal(admin, product.url, locationId);
  const first = performance.now();
  const { body, headers } = await askWhitelist(terminal);
  const firstMs = performance.now() - first;
  const times = 20;
  const begun = performance.now();
  for (let time = 0; time < times; time++) await askWhitelist(terminal);
  const eachMs = (performance.now() - begun) / times;
  const tag = headers.get("etag") ?? "";
  const same = performance.now();
  for (let time = 0; time < times; time++) await askWhitelist(terminal, tag);
  const sameMs = (performance.now() - same) / times;
  const listMB = JSON.stringify(body).length / 1e6;
  return {
    listMB: round2(listMB),
    firstListMs: round2(firstMs),
    listMs: round2(eachMs),
    sameListMs: round2(sameMs),
  };
}

function lines(rows: number, from: number): string {
  const pans = Array.from({ length: rows }, (_, index) => testPan(from + index));
  return `pan,validTo\n${pans.map((pan) => `${pan},2030-01-01`).join("\n")}\n`;
}

/** Linux alone keeps, and forgets, the most memory that a process has held. */
async function resetPeak({ process: { pid } }: Product): Promise<void> {
  await writeFile(`/proc/${String(pid)}/clear_refs`, "5");
}

async function peakMB({ process: { pid } }: Product): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_000;
}
