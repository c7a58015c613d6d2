import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { type RewardsFeed, rewardsFeed } from "../../simulators/rewards/feed.ts";
import { simulateRewards } from "../../simulators/rewards/rewards.ts";
import { SetupError } from "../../settings.ts";
import type { CliWorld } from "../pos/shell.ts";
import { type RunningOptions, runSimulator, withRunningOptions } from "./running.ts";

interface Options extends RunningOptions {
  readonly file?: string;
  readonly seed?: number;
  readonly cards: number;
  readonly transactions: number;
}

const CARDS = 20;
const TRANSACTIONS = 500;

export function simulateRewardsCommand(world: CliWorld): Command {
  const command = new Command("rewards")
    .description("a reward system: enrolled cards and what they spend (docs/contracts/rewards.openapi.yaml)")
    .option("--file <path>", "cards and transactions, as JSON")
    .option("--seed <number>", "makes cards and transactions up, the same for the same number", countOf)
    .option("--cards <count>", "so many cards are made up", countOf, CARDS)
    .option("--transactions <count>", "so many transactions are made up", countOf, TRANSACTIONS);
  return withRunningOptions(command).action(async (options: Options) => {
    const { file, seed, cards, transactions } = options;
    const feed = file === undefined ? rewardsFeed.parse({}) : await feedIn(file);
    const generating = seed === undefined ? null : { seed, cards, transactions };
    await runSimulator(world, options, async (given) => await simulateRewards(feed, generating, given));
  });
}

async function feedIn(path: string): Promise<RewardsFeed> {
  const feed = rewardsFeed.safeParse(await jsonIn(path));
  if (feed.success) return feed.data;
  const issue = feed.error.issues[0];
  throw new SetupError(`--file: /${issue?.path.join("/") ?? ""}: ${issue?.message ?? "not valid"}.`);
}

async function jsonIn(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new SetupError(`--file can't be read: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

function countOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a number from 0 to 999999 is wanted.");
}
