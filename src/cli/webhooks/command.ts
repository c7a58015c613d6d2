import { Command } from "commander";
import { type Client, createClient } from "../../client.ts";
import type { CliWorld } from "../pos/shell.ts";
import { demoKey } from "../pos/shell.ts";
import { z } from "zod";

/** `admittance webhooks` and `admittance listen`: receivers, by an API key over HTTP. */

export interface Server {
  readonly url: string;
  readonly dataDir: string;
}

export function withServer(command: Command, { env }: CliWorld): Command {
  return command
    .option(
      "--url <url>",
      "where the server is",
      env["PUBLIC_URL"] ?? `http://127.0.0.1:${env["PORT"] ?? "8080"}`,
    )
    .option(
      "--data-dir <path>",
      "where the demo's key is, if ADMITTANCE_KEY is not set",
      env["DATA_DIR"] ?? "./data",
    );
}

const one = (id: string): string => `/${encodeURIComponent(id)}`;

const listed = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      url: z.string(),
      enabled: z.boolean(),
      standing: z.looseObject({ waiting: z.int(), dead: z.int() }),
    }),
  ),
});

export function webhooksCommand(world: CliWorld): Command {
  const webhooks = new Command("webhooks").description("receivers of what happens");
  const add = (name: string, says: string): Command =>
    withServer(webhooks.command(name), world).description(says);
  const client = async (server: Server): Promise<Client> =>
    createClient(server.url, await demoKey(world, server.dataDir));
  const tell = (body: unknown): void => {
    world.write(JSON.stringify(body, null, world.isJson() ? 0 : 2));
  };
  const post = async (server: Server, path: string, body?: unknown): Promise<void> => {
    const headers = { "idempotency-key": world.newId() };
    tell((await (await client(server)).send("POST", `/api/webhooks${path}`, body, headers)).body);
  };
  add("list", "every receiver, and how it stands").action(async (server: Server) => {
    const { body } = await (await client(server)).send("GET", "/api/webhooks");
    if (world.isJson()) {
      tell(body);
      return;
    }
    for (const { id, url, enabled, standing } of listed.parse(body).items) {
      const { waiting, dead } = standing;
      world.write(
        `${id}  ${enabled ? "enabled " : "disabled"}  ${String(waiting)} waiting, ${String(dead)} dead  ${url}`,
      );
    }
  });
  add("types", "what receivers may be told").action(async (server: Server) => {
    tell((await (await client(server)).send("GET", "/api/webhooks/event-types")).body);
  });
  add("create", "tells a receiver what happens; its secret is shown this once")
    .argument("<address>", "where messages go")
    .option("--types <types...>", "what is wanted; without it all")
    .option("--description <text>", "what it is for", "")
    .action(async (url: string, options: Server & { types?: readonly string[]; description: string }) => {
      await post(options, "", { url, types: options.types ?? null, description: options.description });
    });
  add("rotate", "makes a new secret, shown this once")
    .argument("<id>")
    .action(async (id: string, server: Server) => await post(server, `${one(id)}/rotate-secret`));
  add("enable", "enables a receiver")
    .argument("<id>")
    .action(async (id: string, server: Server) => await post(server, `${one(id)}/enable`));
  add("disable", "disables a receiver")
    .argument("<id>")
    .requiredOption("--reason <text>", "why")
    .action(async (id: string, options: Server & { reason: string }) => {
      await post(options, `${one(id)}/disable`, { reason: options.reason });
    });
  addAgain(add, post, tell, client);
  return webhooks;
}

/** What is sent once more. */
function addAgain(
  add: (name: string, says: string) => Command,
  post: (server: Server, path: string, body?: unknown) => Promise<void>,
  tell: (body: unknown) => void,
  client: (server: Server) => Promise<Client>,
): void {
  add("test", "sends a message that says nothing happened")
    .argument("<id>")
    .action(async (id: string, server: Server) => await post(server, `${one(id)}/test`));
  add("replay", "tells again what happened after a position")
    .argument("<id>")
    .requiredOption("--from <position>", 'a position, or "" for the beginning of the log')
    .action(async (id: string, options: Server & { from: string }) => {
      await post(options, `${one(id)}/replay`, { from: options.from });
    });
  add("deliveries", "what is sent to a receiver, the newest first")
    .argument("<id>")
    .option("--state <state>", "WAITING, DELIVERED or DEAD")
    .action(async (id: string, options: Server & { state?: string }) => {
      const query = options.state === undefined ? "" : `?state=${encodeURIComponent(options.state)}`;
      tell((await (await client(options)).send("GET", `/api/webhooks${one(id)}/deliveries${query}`)).body);
    });
  add("resend", "sends a message again")
    .argument("<id>")
    .argument("<delivery>")
    .action(async (id: string, delivery: string, server: Server) => {
      await post(server, `${one(id)}/deliveries/${encodeURIComponent(delivery)}/resend`);
    });
}
