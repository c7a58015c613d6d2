import { Command } from "commander";
import { acquirerAnswers, simulateAcquirer } from "../../simulators/acquirer/acquirer.ts";
import { SetupError } from "../../settings.ts";
import type { CliWorld } from "../pos/shell.ts";
import { type RunningOptions, runSimulator, withRunningOptions } from "./running.ts";

interface Options extends RunningOptions {
  readonly asi: string;
  readonly amount: string;
  readonly charge: string;
  readonly refund: string;
}

export function simulateAcquirerCommand(world: CliWorld): Command {
  const command = new Command("acquirer")
    .description("an acquirer that verifies cards and charges fees (docs/contracts/acquirer.openapi.yaml)")
    .option("--asi <code>", "the response code of account status inquiries", "00")
    .option("--amount <code>", "the response code of amounts", "00")
    .option("--charge <code>", "the response code of charges", "00")
    .option("--refund <code>", "the response code of refunds", "00");
  return withRunningOptions(command).action(async (options: Options) => {
    const answers = acquirerAnswers.safeParse({
      ...{ asi: options.asi, amount: options.amount },
      ...{ charge: options.charge, refund: options.refund },
    });
    if (!answers.success) throw new SetupError("A response code is two digits or capitals, for example 51.");
    await runSimulator(world, options, async (given) => await simulateAcquirer(answers.data, given));
  });
}
