import { Command } from "commander";
import { type RulesAnswers, simulateRules } from "../../simulators/rules/rules.ts";
import type { CliWorld } from "../pos/shell.ts";
import { type RunningOptions, runSimulator, withRunningOptions } from "./running.ts";

interface Options extends RunningOptions {
  readonly deny: readonly string[];
}

export function simulateRulesCommand(world: CliWorld): Command {
  const command = new Command("rules")
    .description("rules kept elsewhere, which allow (docs/contracts/external-rules.openapi.yaml)")
    .option("--deny <rules...>", "rules that deny; after `=` what one says: vip=expired", []);
  return withRunningOptions(command).action(async (options: Options) => {
    const answers: RulesAnswers = { rules: Object.fromEntries(options.deny.map(denied)) };
    await runSimulator(world, options, async (given) => await simulateRules(answers, given));
  });
}

function denied(text: string): [string, RulesAnswers["rules"][string]] {
  const at = text.indexOf("=");
  const [rule, reason] = at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  return [rule, { decision: "DENY", reason }];
}
