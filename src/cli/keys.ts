import { Argument, Command } from "commander";
import { createKey, revokeKey } from "../engine/accounts/bootstrap.ts";
import { keysInUse } from "../engine/accounts/accounts.ts";
import { keyInput } from "../domain/key/input.ts";
import type { Scope } from "../domain/user/access.ts";
import { SetupError } from "../settings.ts";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";
import { addVaultKeyCommands } from "./vaultKeys.ts";

/** `admittance keys`: API keys, and those of the vault, on the machine of the installation, also beside a running server. */
export function keysCommand(world: ServicesWorld): Command {
  const keys = new Command("keys").description("API keys of this installation, and the keys of its vault");
  addVaultKeyCommands(keys, world);
  keys
    .command("create")
    .description("makes an API key and shows it once")
    .requiredOption("--name <name>", "what it is for")
    .option("--role <role>", "ADMIN, USER, SERVICE_PROVIDER, ISSUER, CALL_CENTER or AUDITOR", "ADMIN")
    .option("--icas <list>", "only these ICAs, separated by commas")
    .option("--merchants <list>", "only these merchants")
    .option("--locations <list>", "only these locations")
    .action(async (options: CreateOptions) => {
      const scope = {
        icas: list(options.icas),
        merchantIds: list(options.merchants),
        locationIds: list(options.locations),
      };
      const body = keyInput.safeParse({ name: options.name, role: options.role, scope });
      if (!body.success) {
        const issue = body.error.issues[0];
        throw new SetupError(`--${issue?.path.join(".") ?? "name"}: ${issue?.message ?? "not valid"}`);
      }
      await withServices(world, async (services) => {
        const { id, apiKey } = await createKey(services, body.data);
        world.answer({ id, key: apiKey }, apiKey);
      });
    });
  keys
    .command("list")
    .description("the API keys in use, without their secrets")
    .action(async () => {
      await withServices(world, async (services) => {
        const lives = await keysInUse(services);
        const items = lives.map(({ id, createdAt, body }) => ({ id, createdAt, ...body }));
        const rows = items.map(({ id, createdAt, role, name, scope }) => {
          return [id, createdAt, role, scopeText(scope), name];
        });
        world.answer({ items }, ...table(["id", "made", "role", "scope", "name"], rows));
      });
    });
  keys
    .command("revoke")
    .description("makes an API key void, from the next request on")
    .addArgument(new Argument("<id>", "as `keys list` shows it; it stands in the key itself, too"))
    .action(async (given: string) => {
      const id = /^(?:adm_)?([0-7][0-9A-HJKMNP-TV-Z]{25})(?:_|$)/.exec(given)?.[1];
      if (id === undefined) throw new SetupError("<id> wants a key's id of 26 characters.");
      await withServices(world, async (services) => {
        if (!(await revokeKey(services, id))) throw new SetupError(`There is no key ${id}, or no more.`);
        world.answer({ id, revoked: true }, `${id} is void.`);
      });
    });
  return keys;
}

interface CreateOptions {
  readonly name: string;
  readonly role: string;
  readonly icas?: string;
  readonly merchants?: string;
  readonly locations?: string;
}

function list(text: string | undefined): string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}

export function scopeText({ icas, merchantIds, locationIds }: Scope): string {
  const parts = [...icas, ...merchantIds, ...locationIds];
  return parts.length === 0 ? "everything" : parts.join(",");
}
