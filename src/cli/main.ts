import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { ulid } from "ulid";
import { SetupError } from "../settings.ts";
import { ApiError, UnreachableError } from "../client.ts";
import { InvalidEventError, LogUnavailableError } from "../eventlog/log.ts";
import { TransferError } from "../transfer/errors.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { keysCommand } from "./keys.ts";
import { logCommand } from "./log.ts";
import { type CliWorld, posCommand } from "./pos/commands.ts";
import type { TransferWorld } from "./transferWorld.ts";

/** The `admittance` command. An error is one line and an exit status; a bug shows where it is. */

const world: CliWorld = {
  env: process.env,
  now: () => Date.now(),
  newId: () => ulid(),
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
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
  write: world.write,
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

const program = new Command("admittance")
  .description("decides at the payment terminal whether a card may enter")
  .version("0.1.0")
  .showHelpAfterError();
program
  .command("serve")
  .description("serves the API, as `npm start` does")
  .action(async () => {
    await import("../main.ts");
  });
program.addCommand(posCommand(world, fail));
program.addCommand(keysCommand({ ...world, randomBytes: (count) => randomBytes(count) }));
program.addCommand(exportCommand(transferWorld));
program.addCommand(importCommand(transferWorld));
program.addCommand(logCommand(transferWorld));

/** What the operator can mend, or has to know: one line. Anything else is a bug and shows where. */
const PLAIN = [SetupError, ApiError, UnreachableError, TransferError, LogUnavailableError, InvalidEventError];

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof Error && PLAIN.some((kind) => error instanceof kind)) fail(error.message);
  throw error;
}
