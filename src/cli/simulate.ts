import { Command } from "commander";
import type { CliWorld } from "./pos/shell.ts";
import { webhooksSimulator } from "./simulate/webhooks.ts";

/** `admittance simulate`: what stands outside, as a process of its own that does what it is told, wrong things too. */
export function simulateCommand(world: CliWorld, fail: (message: string) => never): Command {
  return new Command("simulate")
    .description("what stands outside: simulators that can be told to go wrong")
    .addCommand(webhooksSimulator(world, fail));
}
