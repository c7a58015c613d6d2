import { Command } from "commander";
import { forgetCursor, pullTransactions } from "../../engine/rewards/pull.ts";
import { waitingNow } from "../../engine/rewards/waiting.ts";
import { SetupError } from "../../settings.ts";
import { type ServicesWorld, withServices } from "../opened.ts";

/** `admittance transactions pull`: what cards spend, from the reward system that `REWARDS_URL` names. */
export function pullCommand(world: ServicesWorld): Command {
  return new Command("pull")
    .description("brings what the reward system has and is not here yet")
    .option("--from-start", "asks for all of it again; what is known is stored no second time")
    .action(async ({ fromStart = false }: { readonly fromStart?: boolean }) => {
      await withServices(world, async (services) => {
        const { rewards } = services;
        if (!rewards.isConnected)
          throw new SetupError("REWARDS_URL is not set: there is nowhere to pull from.");
        if (fromStart) await forgetCursor(services);
        const seen = await pullTransactions(services, { mostPages: Number.POSITIVE_INFINITY });
        if (seen === null) throw new SetupError("A server is pulling transactions just now: it goes on.");
        const { outcome, status, stored, differing } = seen;
        if (outcome !== "DONE") {
          const said = status === null ? "" : ` (${String(status)})`;
          throw new SetupError(`${rewards.url}: ${outcome}${said}; ${String(stored)} were stored before.`);
        }
        const waiting = await waitingNow(services);
        const wait = `${String(waiting.transactions)} wait for ${String(waiting.cards)} cards to be enrolled`;
        const other = differing === 0 ? "" : ` ${String(differing)} came with other content than is known.`;
        world.answer({ ...seen, waiting }, `${String(stored)} new transactions; ${wait}.${other}`);
      });
    });
}
