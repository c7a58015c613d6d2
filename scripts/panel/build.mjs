// Builds the panel (src/admin) into dist/admin; does nothing when nothing has changed.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist", "admin");
const stampFile = join(dist, "build.json");
/** What the built files are made of. */
const SOURCES = ["src/admin", "src/domain", "scripts/panel", "package-lock.json"];
/** Smaller files gain nothing by being compressed. */
const WORTH_ZIPPING = 256;

/** @returns {Promise<boolean>} whether anything had to be built */
export async function buildPanel() {
  const now = await stampOf(SOURCES);
  if (await isFresh(now)) return false;
  // Loaded only when needed: most starts find everything built.
  const { build } = await import("vite");
  const made = join(root, "dist", `.admin-${randomBytes(4).toString("hex")}`);
  const { default: config } = await import("./vite.mjs");
  await build({ ...config, build: { ...config.build, outDir: made } });
  for (const name of await readdir(made, { recursive: true })) await zip(join(made, name));
  await writeFile(join(made, "build.json"), JSON.stringify({ stamp: now }));
  // Two instances may be starting at once: the folder appears as a whole.
  const old = `${made}-old`;
  if (existsSync(dist)) await rename(dist, old);
  await rename(made, dist);
  await rm(old, { recursive: true, force: true });
  return true;
}

async function zip(path) {
  if (!/\.(js|css|svg)$/.test(path)) return;
  const bytes = await readFile(path);
  const zipped = gzipSync(bytes, { level: 9 });
  if (bytes.length >= WORTH_ZIPPING && zipped.length < bytes.length) await writeFile(`${path}.gz`, zipped);
}

async function isFresh(now) {
  try {
    return JSON.parse(await readFile(stampFile, "utf8")).stamp === now;
  } catch {
    return false;
  }
}

async function stampOf(sources) {
  const hash = createHash("sha256");
  for (const source of sources) {
    const path = join(root, source);
    const names = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [""];
    for (const name of names.toSorted()) {
      const one = await stat(join(path, name));
      // Its types are made of routes, and change nothing of what is built.
      if (one.isDirectory() || name.endsWith("schema.d.ts")) continue;
      hash.update(`${source}/${name} ${one.mtimeMs} ${one.size}\n`);
    }
  }
  return hash.digest("hex");
}
