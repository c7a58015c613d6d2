import { mkdtemp, rm } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../src/database/embedded.ts";
import { createPool } from "../src/database/pool.ts";
import { testPan } from "../test/support/programme.ts";
import { saturate } from "./support/httpLoad.ts";
import { startOurs } from "./checks.bench.ts";
function cpuOf() { const m = new Map<string, number>(); for (const p of readdirSync("/proc")) if (/^\d+$/.test(p)) { try { const c = readFileSync(`/proc/${p}/cmdline`, "utf8").replaceAll("\0", " ").trim(); if (!c.includes("postgres") && !c.includes("main-")) continue; const f = readFileSync(`/proc/${p}/stat`, "utf8").split(") ")[1]!.split(" "); m.set(p + " " + c.slice(0, 90), Number(f[11]) + Number(f[12])); } catch {} } return m; }
export const name = "lab5";
export async function run() {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-checks-"));
  const database = await startEmbedded({ dataDir });
  const pool = createPool(database.url, { max: 2 });
  const ending: (() => Promise<void>)[] = [];
  const pans = Array.from({ length: 100_000 }, (_, index) => testPan(index));
  await pool.query("create database product");
  const u = new URL(database.url); u.pathname = "/product";
  if (process.env.PROF) process.env["NODE_OPTIONS"] = "--import /tmp/lab/prof-hook.mjs";
  const ours = await startOurs(u.href, pans, ending);
  await saturate(ours.load, 3000);
  for (let i = 0; i < 3; i++) {
    if (process.env.PROF && i === 1) for (const k of cpuOf().keys()) if (k.includes("main-")) process.kill(Number(k.split(" ")[0]), "SIGUSR2");
    const a = cpuOf(); const t = performance.now();
    const rate = await saturate(ours.load, 4000); const s = (performance.now() - t) / 1000; const b = cpuOf();
    console.log("rate", Math.round(rate));
    for (const [k, v] of b) { const d = (v - (a.get(k) ?? 0)) / 100 / s; if (d > 0.02) console.log("  cpu", d.toFixed(2), k); }
  }
  for (const end of ending.reverse()) await end();
  await pool.end(); await database.stop(); await rm(dataDir, { recursive: true, force: true });
  return { figures: { x: 1 } };
}
