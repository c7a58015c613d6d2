import { Command } from "commander";
import { createKey } from "../api/management/bootstrap.ts";
import { keyInput } from "../domain/key/key.ts";
import { Ending } from "../ending.ts";
import { createLogger } from "../logging.ts";
import { openServices, type World } from "../server.ts";
import { parseSettings, SetupError } from "../settings.ts";
import { refuseUninstalled } from "./installed.ts";

interface KeysWorld extends World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
}

/** `admittance keys`: makes API keys on the machine of the installation, also beside a running server. */
export function keysCommand(world: KeysWorld): Command {
  const keys = new Command("keys").description("API keys of this installation");
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
      const settings = parseSettings(world.env);
      await refuseUninstalled(settings);
      const ending = new Ending();
      try {
        const { services } = await openServices(settings, world, createLogger({ level: "warn" }), ending);
        const { apiKey } = await createKey(services, body.data);
        world.write(apiKey);
      } finally {
        await ending.run();
      }
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
