// Bundles our own sources into dist/ (packages stay outside); does nothing when nothing has changed.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildPanel } from "./panel/build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "dist", "build.json");

/** @returns {Promise<boolean>} whether anything had to be built */
export async function build() {
  const entries = [
    ["main", "src/main.ts"],
    ["cli", "src/cli/main.ts"],
  ].filter(([, file]) => existsSync(join(root, file)));
  if (entries.length === 0) throw new Error("There is nothing to build: src/main.ts is missing.");

  const names = entries.map(([name]) => name);
  if (await isFresh(names)) return false;

  // Loaded only when needed: most starts find everything built.
  const esbuild = await import("esbuild");
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries),
    outdir: "dist",
    bundle: true,
    // What an entry loads later stands in files of its own, so that nothing of it is loaded before.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    sourcemap: true,
    metafile: true,
    // Two instances may be starting at once: each file appears as a whole.
    write: false,
    logLevel: "warning",
  });
  await mkdir(join(root, "dist"), { recursive: true });
  // The entries last, their maps before them, so that none stands there without what it loads.
  const isEntry = ({ path }) => names.some((name) => path === join(root, "dist", `${name}.js`));
  const files = result.outputFiles.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  for (const file of files) await replace(file.path, file.contents);
  const inputs = [...Object.keys(result.metafile.inputs), "package.json", "scripts/build.mjs"];
  await replace(stampFile, JSON.stringify({ names, node: process.version, inputs: await stamp(inputs) }));
  return true;
}

async function isFresh(names) {
  try {
    const last = JSON.parse(await readFile(stampFile, "utf8"));
    if (last.names.join() !== names.join()) return false;
    if (!names.every((name) => existsSync(join(root, "dist", `${name}.js`)))) return false;
    const now = await stamp(Object.keys(last.inputs));
    return Object.entries(last.inputs).every(([file, value]) => now[file] === value);
  } catch {
    return false;
  }
}

async function stamp(files) {
  const stamps = files.map(async (file) => {
    const { mtimeMs, size } = await stat(join(root, file));
    return [file, `${mtimeMs}-${size}`];
  });
  return Object.fromEntries(await Promise.all(stamps));
}

async function replace(file, contents) {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString("hex")}`);
  await writeFile(temporary, contents);
  await rename(temporary, file);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const start = performance.now();
  const built = [await build(), await buildPanel()].includes(true);
  const took = `${Math.round(performance.now() - start)} ms`;
  console.log(
    built
      ? `Built ${relative(process.cwd(), join(root, "dist")) || "."} in ${took}.`
      : "Nothing has changed.",
  );
}
