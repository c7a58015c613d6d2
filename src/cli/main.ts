import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { ulid } from "ulid";
import { SetupError } from "../settings.ts";
import { ApiError, UnreachableError } from "../client.ts";
import { keysCommand } from "./keys.ts";
import { type CliWorld, posCommand } from "./pos/commands.ts";

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

// Whoever reads may stop early (`| head`): that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

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

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof SetupError || error instanceof ApiError || error instanceof UnreachableError)
    fail(error.message);
  throw error;
}
