import { z } from "zod";

/** How a pull of transactions from the reward system ended. All but `DONE` moved nothing. */
export const REWARD_PULL_OUTCOMES = [
  "DONE",
  "CIRCUIT_OPEN",
  "NOT_SENT",
  "NO_ANSWER",
  "BAD_ANSWER",
  "REFUSED",
] as const;
export const rewardPullOutcome = z.enum(REWARD_PULL_OUTCOMES);
export type RewardPullOutcome = z.infer<typeof rewardPullOutcome>;
