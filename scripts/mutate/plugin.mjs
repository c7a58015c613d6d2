// Parts of StrykerJS of our own: a reporter that tells each verdict as it comes and sums them up, and a checker that lets
// only the drawn mutants run (the ranges they are asked for by take those inside of them along). When its work is done,
// StrykerJS gives the checker's place to a second runner of tests.
import { readFileSync, writeFileSync } from "node:fs";
import { interval, keyOf } from "./sample.mjs";

const root = process.cwd();
const run = JSON.parse(process.env["MUTATE_RUN"] ?? "{}");

/** Lists the mutants, and no more. */
class Lister {
  onMutationTestingPlanReady({ mutantPlans }) {
    writeFileSync(run.listed, JSON.stringify(mutantPlans.map(({ mutant }) => keyOf(mutant, root))));
  }
}

class Nobody {
  async init() {}

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    return Object.fromEntries(mutants.map(({ id }) => [id, { status: "compileError", reason: "not drawn" }]));
  }
}

class Verdicts {
  /** By the id that a mutant has in this run. */
  #drawn = new Map();
  #verdicts = {};
  #done = 0;

  onDryRunCompleted({ result }) {
    console.log(`${result.tests.length} tests pass without a mutant.`);
  }

  onMutationTestingPlanReady({ mutantPlans }) {
    const keys = new Set(JSON.parse(readFileSync(run.drawn, "utf8")));
    for (const { mutant } of mutantPlans) {
      const key = keyOf(mutant, root);
      if (keys.has(key)) this.#drawn.set(mutant.id, key);
    }
    writeFileSync(run.ids, JSON.stringify([...this.#drawn.keys()]));
    this.#verdicts = run.left ? JSON.parse(readFileSync(run.results, "utf8")).verdicts : {};
    const gone = [...keys].filter((key) => ![...this.#drawn.values()].includes(key));
    for (const key of gone) delete this.#verdicts[key];
    if (gone.length > 0) console.log(`${gone.length} are no longer in the code.`);
  }

  onMutantTested(mutant) {
    const key = this.#drawn.get(mutant.id);
    if (key === undefined) return;
    this.#done += 1;
    const { status, statusReason, killedBy } = mutant;
    this.#verdicts[key] = { status, reason: statusReason, killedBy };
    const late = outOfTime(this.#verdicts[key]) ? " (a test ran out of time)" : "";
    console.log(`${this.#done}/${this.#drawn.size} ${status}${late} ${key.replaceAll("\n", " ")}`);
    this.#save();
  }

  wrapUp() {
    this.#save();
    console.log(this.#summary());
  }

  #save() {
    writeFileSync(run.results, JSON.stringify({ mutants: run.mutants, verdicts: this.#verdicts }, null, 1));
  }

  #summary() {
    const verdicts = Object.values(this.#verdicts);
    const count = (status) => verdicts.filter((one) => one.status === status).length;
    const found = verdicts.filter(isFound).length;
    const slow = count("Timeout") - verdicts.filter(isEndless).length;
    const missed = count("Survived") + count("NoCoverage") + slow;
    const [low, high] = interval(found, found + missed);
    const late = verdicts.filter(outOfTime).length;
    return [
      "",
      `${run.part}: ${verdicts.length} of ${run.mutants} mutants, seed ${run.seed}`,
      `static, and ignored (they act only while a module loads): ${count("Ignored")}`,
      `killed ${count("Killed")} (${late} of them by a test that ran out of time), timeout ${count("Timeout")} (${slow} of them by the clock alone: not counted as found), survived ${count("Survived")}, no coverage ${count("NoCoverage")}, errors outside of a test ${count("RuntimeError")}`,
      `score ${percent(found / (found + missed))}, 95 % interval ${percent(low)} to ${percent(high)}`,
    ].join("\n");
  }
}

/** Runs in a process of its own, which learns what was drawn from the file. */
class Drawn extends Nobody {
  #drawn = null;

  async check(mutants) {
    this.#drawn ??= new Set(JSON.parse(readFileSync(run.ids, "utf8")));
    const none = await super.check(mutants);
    return Object.fromEntries(
      mutants.map(({ id }) => [id, this.#drawn.has(id) ? { status: "passed" } : none[id]]),
    );
  }
}

/** A mutant that was only slow may have had a busy machine; one that goes round a hundred times as often never ends. */
export function isFound(verdict) {
  return verdict.status === "Killed" || isEndless(verdict);
}

function isEndless({ status, reason }) {
  return status === "Timeout" && /hit limit/i.test(reason ?? "");
}

export function outOfTime({ status, reason }) {
  return status === "Killed" && /timed out in|not within/i.test(reason ?? "");
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

export const strykerPlugins = [
  { kind: "Reporter", name: "list", injectableClass: Lister },
  { kind: "Checker", name: "nobody", injectableClass: Nobody },
  { kind: "Reporter", name: "verdicts", injectableClass: Verdicts },
  { kind: "Checker", name: "drawn", injectableClass: Drawn },
];
