import { Command } from "commander";
import type { CliWorld } from "./pos/shell.ts";
import { simulateAcquirerCommand } from "./simulate/acquirer.ts";
import { simulateRewardsCommand } from "./simulate/rewards.ts";
import { simulateRulesCommand } from "./simulate/rules.ts";
import { webhooksSimulator } from "./simulate/webhooks.ts";

/** `admittance simulate`: the systems outside, each in a process of its own that does what it is told, wrong things too. */
export function simulateCommand(world: CliWorld, fail: (message: string) => never): Command {
  return new Command("simulate")
    .description("systems outside, for tests and for trying things out: they can be told to go wrong")
    .addCommand(simulateAcquirerCommand(world))
    .addCommand(simulateRulesCommand(world))
    .addCommand(simulateRewardsCommand(world))
    .addCommand(webhooksSimulator(world, fail));
}
