import { Command } from "commander";
import type { CliWorld } from "./pos/shell.ts";
import { simulateAcquirerCommand } from "./simulate/acquirer.ts";
import { simulateRulesCommand } from "./simulate/rules.ts";

/** `admittance simulate`: the systems outside, each in a process of its own, for tests and for trying things out. */
export function simulateCommand(world: CliWorld): Command {
  const simulate = new Command("simulate").description(
    "systems outside, for tests and for trying things out",
  );
  simulate.addCommand(simulateAcquirerCommand(world));
  simulate.addCommand(simulateRulesCommand(world));
  return simulate;
}
