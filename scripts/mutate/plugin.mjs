// Parts of StrykerJS of our own: a checker that lets only the drawn mutants run (ranges of lines would take their
// neighbours along), and a reporter that draws them, tells each verdict as it comes, and sums them up.
import { readFileSync, writeFileSync } from "node:fs";
import { draw, interval, keyOf } from "./sample.mjs";

const root = process.cwd();
const run = JSON.parse(process.env["MUTATE_RUN"] ?? "{}");

class Reporter {
  /** By the id that a mutant has in this run. */
  #drawn = new Map();
  #counts = { mutants: 0, static: 0 };
  #verdicts = {};
  #done = 0;

  onDryRunCompleted({ result }) {
    console.log(`${result.tests.length} tests pass without a mutant.`);
  }

  onMutationTestingPlanReady({ mutantPlans }) {
    const ids = new Map(
      mutantPlans.filter(({ plan }) => plan === "Run").map(({ mutant }) => [keyOf(mutant, root), mutant.id]),
    );
    const eligible = [...ids.keys()];
    this.#counts = { mutants: mutantPlans.length, static: mutantPlans.length - eligible.length };
    const before = run.left ? JSON.parse(readFileSync(run.results, "utf8")).verdicts : {};
    this.#verdicts = before;
    const sample = run.left
      ? eligible.filter((key) => key in before && !isFound(before[key].status))
      : draw(eligible, run.sample ?? eligible.length, run.seed);
    this.#drawn = new Map(sample.map((key) => [ids.get(key), key]));
    writeFileSync(run.drawn, JSON.stringify([...this.#drawn.keys()]));
    console.log(
      `${this.#counts.mutants} mutants, ${this.#counts.static} of them static; ${sample.length} run.`,
    );
  }

  onMutantTested(mutant) {
    const key = this.#drawn.get(mutant.id);
    if (key === undefined) return;
    this.#done += 1;
    const { status, statusReason, killedBy, testsCompleted } = mutant;
    this.#verdicts[key] = { status, reason: statusReason, killedBy, testsCompleted };
    const late = outOfTime(this.#verdicts[key]) ? " (a test ran out of time)" : "";
    console.log(`${this.#done}/${this.#drawn.size} ${status}${late} ${key.replaceAll("\n", " ")}`);
    this.#save();
  }

  wrapUp() {
    this.#save();
    console.log(this.#summary());
  }

  #save() {
    writeFileSync(run.results, JSON.stringify({ ...this.#counts, verdicts: this.#verdicts }, null, 1));
  }

  #summary() {
    const verdicts = Object.values(this.#verdicts);
    const count = (status) => verdicts.filter((one) => one.status === status).length;
    const found = verdicts.filter(({ status }) => isFound(status)).length;
    const missed = count("Survived") + count("NoCoverage");
    const [low, high] = interval(found, found + missed);
    const late = verdicts.filter(outOfTime).length;
    return [
      "",
      `${run.part}: ${verdicts.length} of ${this.#counts.mutants - this.#counts.static} mutants, seed ${run.seed}; ${this.#counts.static} more are static (they act only while a module loads) and were ignored`,
      `killed ${count("Killed")} (${late} of them by a test that ran out of time), timeout ${count("Timeout")}, survived ${count("Survived")}, no coverage ${count("NoCoverage")}, errors outside of a test ${count("RuntimeError")}`,
      `score ${percent(found / (found + missed))}, 95 % interval ${percent(low)} to ${percent(high)}`,
    ].join("\n");
  }
}

/** Runs in a process of its own, which learns what was drawn from the file. */
class Checker {
  #drawn = null;

  async init() {}

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    this.#drawn ??= new Set(JSON.parse(readFileSync(run.drawn, "utf8")));
    return Object.fromEntries(
      mutants.map(({ id }) => [
        id,
        this.#drawn.has(id) ? { status: "passed" } : { status: "compileError", reason: "not drawn" },
      ]),
    );
  }
}

function isFound(status) {
  return status === "Killed" || status === "Timeout";
}

function outOfTime({ status, reason }) {
  return status === "Killed" && /timed out in|not within/i.test(reason ?? "");
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

export const strykerPlugins = [
  { kind: "Reporter", name: "sample", injectableClass: Reporter },
  { kind: "Checker", name: "sample", injectableClass: Checker },
];
