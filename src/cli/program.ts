import { randomBytes } from "node:crypto";
import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { ulid } from "ulid";
import { adjustmentsCommand } from "./adjustments/command.ts";
import { answerBy } from "./answer.ts";
import { cardsCommand } from "./cards.ts";
import { connectionsCommand } from "./connections.ts";
import { devicesCommand } from "./devices/command.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { keysCommand } from "./keys.ts";
import { certificatesCommand } from "./certificates.ts";
import { listsCommand } from "./lists.ts";
import { logCommand } from "./log.ts";
import { messagesCommand } from "./messages.ts";
import { posCommand } from "./pos/commands.ts";
import type { CliWorld } from "./pos/shell.ts";
import { paymentsCommand } from "./payments/command.ts";
import { ratesCommand } from "./rates.ts";
import { simulateCommand } from "./simulate.ts";
import { termsCommand } from "./terms.ts";
import { transactionsCommand } from "./transactions/command.ts";
import type { TransferWorld } from "./transferWorld.ts";
import { webhooksCommand } from "./webhooks/command.ts";
import { listenCommand } from "./webhooks/listen.ts";
import { usersCommand } from "./users.ts";
import { VERSION } from "../version.ts";

const program = new Command("admittance")
  .description("decides at the payment terminal whether a card may enter")
  .version(VERSION)
  .option("--json", "answers with JSON, for programs")
  .showHelpAfterError();

const isJson = (): boolean => program.opts<{ json?: boolean }>().json === true;

const world: CliWorld = {
  env: process.env,
  now: () => Date.now(),
  newId: () => ulid(),
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
  isJson,
  colours: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
};

// Whoever reads may stop early (`| head`): that is no error. Who writes a stream of its own ends in its own way.
const streaming = { is: false };
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  if (!streaming.is) process.exit(0);
});

const transferWorld: TransferWorld = {
  env: process.env,
  now: () => Date.now(),
  answer: answerBy(world.write, isJson),
  note: (line) => {
    process.stderr.write(`${line}\n`);
  },
  output: () => {
    streaming.is = true;
    return process.stdout;
  },
  input: () => process.stdin,
};

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const LINGER_MS = 3_000;

/** Does what the arguments of the process say. */
export async function run(): Promise<void> {
  program
    .command("serve")
    .description("serves the API, as `npm start` does")
    .option("--join", "a new database may join a log that is in use already")
    .action(async () => {
      await import("../main.ts");
    });
  program.addCommand(posCommand(world, fail));
  program.addCommand(devicesCommand(world, fail));
  program.addCommand(webhooksCommand(world));
  program.addCommand(messagesCommand(world));
  program.addCommand(paymentsCommand(world));
  program.addCommand(adjustmentsCommand(world));
  program.addCommand(listenCommand(world, fail));
  program.addCommand(simulateCommand(world, fail));
  const { answer } = transferWorld;
  const servicesWorld = { ...world, answer, randomBytes: (count: number) => randomBytes(count) };
  program.addCommand(keysCommand(servicesWorld));
  program.addCommand(usersCommand({ ...servicesWorld, input: () => process.stdin }));
  program.addCommand(termsCommand(servicesWorld));
  program.addCommand(listsCommand(servicesWorld));
  program.addCommand(certificatesCommand(servicesWorld));
  program.addCommand(ratesCommand(servicesWorld));
  program.addCommand(transactionsCommand({ ...servicesWorld, note: transferWorld.note }));
  program.addCommand(cardsCommand({ ...servicesWorld, input: () => process.stdin }));
  program.addCommand(connectionsCommand(servicesWorld, fail));
  program.addCommand(exportCommand(transferWorld));
  program.addCommand(importCommand(transferWorld));
  program.addCommand(logCommand(transferWorld));
  // `admittance complete bash` (zsh, fish, powershell) prints what a shell sources.
  tab(program);
  await program.parseAsync(process.argv);
  if (process.argv[2] === "serve") return;
  // What a silent server has left open must not keep a command that has done its work.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
