import { text } from "node:stream/consumers";
import { Command } from "commander";
import { usersInUse } from "../engine/accounts/accounts.ts";
import { resetPassword } from "../engine/accounts/bootstrap.ts";
import { SetupError } from "../settings.ts";
import { table } from "./answer.ts";
import { scopeText } from "./keys.ts";
import { type ServicesWorld, withServices } from "./opened.ts";

/** `admittance users`: for whoever runs the machine, where nobody can sign in any more. */
export function usersCommand(
  world: ServicesWorld & { readonly input: () => NodeJS.ReadableStream },
): Command {
  const users = new Command("users").description("users of this installation");
  users
    .command("list")
    .description("who may sign in")
    .action(async () => {
      await withServices(world, async (services) => {
        const lives = await usersInUse(services);
        const items = lives.map(({ id, body }) => ({ id, ...body }));
        const rows = items.map(({ id, email, role, scope, disabled }) => [
          ...[id, email, role, scopeText(scope)],
          disabled ? "disabled" : "enabled",
        ]);
        world.answer({ items }, ...table(["id", "e-mail", "role", "scope", "state"], rows));
      });
    });
  users
    .command("password <email>")
    .description("sets a new password, shows it once, enables the user, and ends its sessions")
    .option("--stdin", "reads the password from standard input instead of making one")
    .action(async (email: string, { stdin = false }: { stdin?: boolean }) => {
      const given = stdin ? (await text(world.input())).replace(/\r?\n$/, "") : null;
      await withServices(world, async (services) => {
        const reset = await resetPassword(services, email, given);
        switch (reset.kind) {
          case "unknown":
            throw new SetupError(`There is no user ${JSON.stringify(email)}.`);
          case "refused":
            throw new SetupError(`The password is refused: ${reset.why}.`);
          case "set": {
            const { userId, password } = reset;
            world.answer(
              { id: userId, ...(given === null ? { password } : {}) },
              ...(given === null ? [password] : ["The password is set."]),
            );
          }
        }
      });
    });
  return users;
}
