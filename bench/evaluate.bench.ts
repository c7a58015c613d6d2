import { cedar } from "./peers/evaluate/cedar.ts";
import { jsonRules } from "./peers/evaluate/jsonRules.ts";
import { ours } from "./peers/evaluate/ours.ts";
import { type Answer, benefits, type Engine, type Request, requests } from "./peers/evaluate/portfolio.ts";
import { zen } from "./peers/evaluate/zen.ts";

/**
 * One decision, by the number of published rulesets: ours with its trace against three rule engines,
 * which get the card's visits counted and write no trace. All have to give the same answers first.
 */
export const name = "evaluate";

const SIZES = [100, 1_000, 10_000] as const;
const PEERS = [zen, jsonRules, cedar];
const SAMPLE = 512;
const PASSES = 24;
const BLOCKS = 4;

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const cases = SIZES.map((size) => {
    const portfolio = benefits(size);
    const asked = requests(portfolio, SAMPLE);
    const engine = ours(portfolio);
    const expected = asked.map((request) => engine.decide(request));
    expectVariety(expected);
    return { size, portfolio, asked, engine, expected };
  });
  const us = timed(cases, quick ? 20 : 60);
  const peersAt1000: Record<string, number> = {};
  console.log("microseconds a decision (the best of equal rounds)\n");
  console.log(
    `${"rulesets".padStart(8)}  ${"engine".padEnd(26)}${"us".padStart(12)}${"ours x".padStart(10)}`,
  );
  for (const [index, { size, portfolio, asked, engine, expected }] of cases.entries()) {
    const own = us[index] ?? Number.NaN;
    line(size, engine.name, own, own);
    for (const make of PEERS) {
      // At 10,000 rulesets they take seconds a decision, or to be set up, and tell nothing more.
      if (size === 10_000 && (quick || make === jsonRules)) continue;
      const peer = make(portfolio);
      await expectSame(peer, asked, expected, quick ? 1_500 : 15_000);
      const taken = await timedPeer(peer, asked, quick ? 500 : 3_000);
      if (size === 1_000) peersAt1000[peer.name] = taken;
      line(size, peer.name, taken, own);
    }
  }
  const [at100, at1000, at10000] = us;
  const over = (peer: string): number => round((peersAt1000[peer] ?? Number.NaN) / (at1000 ?? Number.NaN));
  return {
    figures: {
      "us@100": round(at100),
      "us@1000": round(at1000),
      "us@10000": round(at10000),
      "us@10000/us@100": round((at10000 ?? Number.NaN) / (at100 ?? Number.NaN)),
      "zen/ours@1000": over("@gorules/zen-engine"),
      "jsonRules/ours@1000": over("json-rules-engine"),
      "cedar/ours@1000": over("@cedar-policy/cedar-wasm"),
    },
  };
}

/** A benchmark in which nearly all are refused, or all get the same, would measure something else. */
function expectVariety(answers: readonly Answer[]): void {
  const granted = answers.filter((answer) => answer !== null);
  const free = granted.filter((answer) => answer.cost === "FREE").length / answers.length;
  const refused = 1 - granted.length / answers.length;
  if (free < 0.2 || refused > 0.5 || refused < 0.05 || granted.length / answers.length - free < 0.1) {
    throw new Error(`an unlikely portfolio: ${String(free)} free, ${String(refused)} refused`);
  }
}

/** All requests, or at least 16 of them and as many as there is time for. */
async function expectSame(
  peer: Engine,
  asked: readonly Request[],
  expected: readonly Answer[],
  forMs: number,
): Promise<void> {
  const begin = performance.now();
  for (const [index, request] of asked.entries()) {
    if (index >= 16 && performance.now() - begin > forMs) return;
    const answer = await peer.decide(request);
    const wanted = expected[index];
    if (answer?.id !== wanted?.id || answer?.cost !== wanted?.cost) {
      throw new Error(`request ${String(index)}: ${peer.name} says ${told(answer)}, we say ${told(wanted)}`);
    }
  }
}

interface Case {
  readonly asked: readonly Request[];
  readonly engine: { readonly decide: (request: Request) => Answer };
}

function told(answer: Answer | undefined): string {
  return answer == null ? "no" : `${answer.id} ${answer.cost}`;
}

/**
 * Rounds of some milliseconds, in blocks: a block keeps to one size, since a server has one portfolio,
 * and the sizes take turns, so that what else the machine does hits all of them.
 */
function timed(cases: readonly Case[], rounds: number): readonly number[] {
  let granted = 0;
  const round = ({ asked, engine }: Case): number => {
    const start = performance.now();
    for (let pass = 0; pass < PASSES; pass++) {
      for (const request of asked) if (engine.decide(request) !== null) granted++;
    }
    return ((performance.now() - start) * 1_000) / (PASSES * asked.length);
  };
  const taken = cases.map((): number[] => []);
  for (let block = 0; block < BLOCKS; block++) {
    for (const [index, one] of cases.entries()) {
      for (let warmUp = 0; warmUp < 8; warmUp++) round(one);
      for (let turn = 0; turn < rounds; turn++) taken[index]?.push(round(one));
    }
  }
  if (granted === 0) throw new Error("nobody was let in");
  return taken.map(best);
}

/** Rounds over the same few requests, at least three; the first only warms up. */
async function timedPeer(peer: Engine, asked: readonly Request[], forMs: number): Promise<number> {
  const some = asked.slice(0, 32);
  const taken: number[] = [];
  const begin = performance.now();
  for (let turn = 0; turn < 4 || performance.now() - begin < forMs; turn++) {
    const start = performance.now();
    for (const request of some) await peer.decide(request);
    if (turn > 0) taken.push(((performance.now() - start) * 1_000) / some.length);
  }
  return best(taken);
}

/** Of equal rounds, each with its garbage collections: what else runs on the machine only ever adds time. */
function best(values: readonly number[]): number {
  return Math.min(...values);
}

function round(value: number | undefined): number {
  return Number((value ?? Number.NaN).toPrecision(4));
}

function line(size: number, engine: string, taken: number, own: number): void {
  const times = taken === own ? "" : (taken / own).toFixed(0);
  console.log(
    `${String(size).padStart(8)}  ${engine.padEnd(26)}${taken.toFixed(2).padStart(12)}${times.padStart(10)}`,
  );
}
