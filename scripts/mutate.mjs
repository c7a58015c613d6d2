// `npm run mutate -- PART [--sample N] [--seed S] [--left] [file ...]`: how much of the product could be wrong without a
// test failing (StrykerJS). With --sample N mutants of the part are drawn; --left runs again those that the last run of
// the part left alive, or found only because time ran out, and sums up anew; with files only those of the part. Prints
// every verdict, and the score.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PARTS } from "./mutate/parts.mjs";
import { isFound, outOfTime } from "./mutate/plugin.mjs";
import { draw, rangeOf } from "./mutate/sample.mjs";

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
const sample = Number(values.sample ?? Number.MAX_SAFE_INTEGER);
if (part === undefined || !Number.isInteger(sample) || sample < 1) {
  console.error("Usage: npm run mutate -- PART [--sample N] [--seed S] [--left] [file ...]");
  console.error(`PART is one of: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

const folder = join(root, ".stryker");
mkdirSync(folder, { recursive: true });
const fileOf = (what) => join(folder, `${name}.${what}.json`);
const [listed, chosen, ids, results] = ["listed", "drawn", "ids", "verdicts"].map(fileOf);
const mutate = files.length > 0 ? files : part.mutate;
const { mutants, drawn } = values.left ? whatIsLeft() : drawAnew();
console.log(`${mutants} mutants, of which ${drawn.length} run.`);
if (drawn.length === 0) process.exit(0);
writeFileSync(chosen, JSON.stringify(drawn));
process.exit(
  stryker({ part: name, seed: values.seed, left: values.left, mutants, drawn: chosen, ids, results }, [
    ...["--mutate", (drawn.length < mutants ? drawn.map(rangeOf) : mutate).join(",")],
    ...["--reporters", "verdicts", "--checkers", "drawn"],
  ]),
);

/** Every mutant is listed by a run that tests none. */
function drawAnew() {
  const listing = ["--reporters", "list", "--checkers", "nobody", "--testRunner", "command"];
  const status = stryker({ listed }, ["--mutate", mutate.join(","), ...listing]);
  if (status !== 0) process.exit(status);
  const keys = JSON.parse(readFileSync(listed, "utf8"));
  return { mutants: keys.length, drawn: draw(keys, sample, values.seed) };
}

function whatIsLeft() {
  const last = JSON.parse(readFileSync(results, "utf8"));
  const isLeft = (one) => one.status !== "Ignored" && (!isFound(one) || outOfTime(one));
  const drawn = Object.keys(last.verdicts).filter((key) => isLeft(last.verdicts[key]));
  return { mutants: last.mutants, drawn };
}

function stryker(run, options) {
  const program = join(root, "node_modules", ".bin", "stryker");
  const { status } = spawnSync(
    program,
    ["run", "stryker.config.json", "--tempDirName", `.stryker/tmp-${name}`, ...options],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        ...part.env,
        MUTATE_TESTS: part.tests.join(";"),
        MUTATE_RUN: JSON.stringify(run),
      },
    },
  );
  return status ?? 1;
}
