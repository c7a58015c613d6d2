// `npm run mutate -- PART [--sample N] [--seed S] [--left] [file ...]`: how much of the product could be wrong without a
// test failing (StrykerJS). With --sample N mutants of the part are drawn; --left runs again those that the last run of
// the part left alive, and sums up anew; with files only those of the part. Prints every verdict, and the score.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PARTS } from "./mutate/parts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    left: { type: "boolean", default: false },
  },
});
const [name, ...files] = positionals;
const part = name === undefined ? undefined : PARTS[name];
const sample = values.sample === undefined ? null : Number(values.sample);
if (part === undefined || (sample !== null && !(Number.isInteger(sample) && sample > 0))) {
  console.error("Usage: npm run mutate -- PART [--sample N] [--seed S] [--left] [file ...]");
  console.error(`PART is one of: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

const folder = join(root, ".stryker");
mkdirSync(folder, { recursive: true });
const drawn = join(folder, `${name}.drawn.json`);
rmSync(drawn, { force: true });
const run = {
  part: name,
  sample,
  seed: values.seed,
  left: values.left,
  drawn,
  results: join(folder, `${name}.json`),
};
const mutate = files.length > 0 ? files : part.mutate;
const { status } = spawnSync(
  join(root, "node_modules", ".bin", "stryker"),
  ["run", "stryker.config.json", "--mutate", mutate.join(","), "--tempDirName", `.stryker/tmp-${name}`],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...part.env, MUTATE_TESTS: part.tests.join(";"), MUTATE_RUN: JSON.stringify(run) },
  },
);
process.exit(status ?? 1);
