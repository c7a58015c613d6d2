import { z } from "zod";
import { REWARD_PULL_OUTCOMES } from "../../domain/rewards.ts";
import { isUnlimited } from "../../domain/user/access.ts";
import { isPulling, lastPull, pullTransactions } from "../../engine/rewards/pull.ts";
import { waitingNow } from "../../engine/rewards/waiting.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** Transactions that are pulled from the reward system: how far, and now. */

const path = "/api/transactions/pull";
const tag = "Transactions";

/** What is left comes with the schedule: whoever asked by hand waits for the answer. */
const PAGES_BY_HAND = 20;

const pullShape = z.object({
  url: z.string().nullable().describe("Where the reward system is; null where none is connected."),
  everySeconds: z.int().nullable().describe("How often it is asked."),
  running: z.boolean().describe("An instance is at it now."),
  last: z
    .object({
      at: z.string().describe("When it was asked last."),
      outcome: z
        .enum(REWARD_PULL_OUTCOMES)
        .describe("`DONE`, or why nothing came: as of any system outside (`docs/systems-outside.md`)."),
      status: z.int().nullable().describe("The HTTP status, where it refused."),
      stored: z.int().describe("How many were new."),
      hasMore: z.boolean().describe("There was more than was brought."),
      movedAt: z.string().nullable().describe("When transactions were brought last."),
      newest: z.string().nullable().describe("The latest time of a transaction that was brought."),
      differing: z
        .int()
        .describe("How many came with other content than they were known with, and were left as known."),
    })
    .nullable()
    .describe("The last time; null where there was none."),
  waiting: z
    .object({
      transactions: z.int(),
      cards: z.int().describe("Of so many AREFs."),
      since: z.string().nullable().describe("When the one that waits longest came."),
    })
    .nullable()
    .describe("Of cards that nobody has enrolled here yet; null for whoever does not see all cards."),
});

export function transactionPullRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [show(kit), pullNow(kit)];
}

function show({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary: "How far transactions were brought from the reward system, and what waits for an enrolment",
    tag,
    permission: "transactions:read",
    answers: { 200: pullShape },
    handle: async ({ visibility }) => reply(200, await viewOf(services, isUnlimited(visibility))),
  });
}

function pullNow({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Pull transactions from the reward system now",
    description:
      "At most 2,000; `last.hasMore` says that there is more, which the schedule brings. Where an instance is at it already, that one goes on, and `running` says so.",
    refusals: ["NEEDS_ADAPTER"],
    tag,
    permission: "transactions:write",
    answers: { 200: pullShape },
    handle: async ({ visibility }) => {
      if (!isUnlimited(visibility))
        return problem("FORBIDDEN", "Transactions are pulled of every bank: whoever has a scope pulls none.");
      if (!services.rewards.isConnected)
        return problem("NEEDS_ADAPTER", "REWARDS_URL is not set: there is nowhere to pull from.");
      await pullTransactions(services, { mostPages: PAGES_BY_HAND });
      return reply(200, await viewOf(services, true));
    },
  });
}

async function viewOf(services: Services, seesAll: boolean): Promise<z.infer<typeof pullShape>> {
  const { isConnected, url, pullSeconds } = services.rewards;
  return {
    url: isConnected ? url : null,
    everySeconds: isConnected ? pullSeconds : null,
    running: await isPulling(services),
    last: await lastPull(services),
    waiting: seesAll ? await waitingNow(services) : null,
  };
}
