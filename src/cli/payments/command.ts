import { Command } from "commander";
import { z } from "zod";
import { type Client, createClient } from "../../client.ts";
import { table } from "../answer.ts";
import { type CliWorld, demoKey } from "../pos/shell.ts";
import { type Server, withServer } from "../webhooks/command.ts";

/** `admittance payments`: fees that the acquirer charges, by an API key over HTTP. */

const money = z.object({ amount: z.string(), currency: z.string() });
const listed = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
      amount: money,
      refunded: money,
      requestedAt: z.string(),
      waitsForPerson: z.boolean(),
      problem: z.string().nullable(),
    }),
  ),
});

interface ListOptions extends Server {
  readonly state?: readonly string[];
  readonly all?: boolean;
}

export function paymentsCommand(world: CliWorld): Command {
  const payments = new Command("payments").description("fees that the acquirer charges");
  const add = (name: string, says: string): Command =>
    withServer(payments.command(name), world).description(says);
  const client = async (server: Server): Promise<Client> =>
    createClient(server.url, await demoKey(world, server.dataDir));
  const tell = (body: unknown): void => {
    world.write(JSON.stringify(body, null, world.isJson() ? 0 : 2));
  };
  const post = async (server: Server, path: string, body: object): Promise<void> => {
    const headers = { "idempotency-key": world.newId() };
    tell((await (await client(server)).send("POST", `/api/payments/${path}`, body, headers)).body);
  };
  add("list", "those to reconcile, the newest first")
    .option("--all", "every one")
    .option("--state <states...>", "only these, for example UNKNOWN")
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams(options.all === true ? {} : { toReconcile: "true" });
      for (const state of options.state ?? []) query.append("state", state);
      const path = `/api/payments?${query.toString()}`;
      const { body } = await (await client(options)).send("GET", path);
      if (world.isJson()) {
        tell(body);
        return;
      }
      const rows = listed
        .parse(body)
        .items.map(({ amount, refunded, ...one }) => [
          ...[one.id, one.state, `${amount.amount} ${amount.currency}`, refunded.amount, one.requestedAt],
          one.waitsForPerson ? "waits for a person" : (one.problem ?? ""),
        ]);
      for (const line of table(["entry", "state", "amount", "refunded", "requested", ""], rows))
        world.write(line);
    });
  add("show", "what was asked and answered")
    .argument("<entry>")
    .action(async (id: string, server: Server) => {
      tell((await (await client(server)).send("GET", `/api/payments/${encodeURIComponent(id)}`)).body);
    });
  add("inquire", "asks the acquirer now what became of it")
    .argument("<entry>")
    .action(
      async (id: string, server: Server) => await post(server, `${encodeURIComponent(id)}/inquiry`, {}),
    );
  add("resolve", "says what became of it")
    .argument("<entry>")
    .requiredOption("--outcome <outcome>", "PAID, NOT_PAID or REFUNDED")
    .requiredOption("--reason <text>", "why")
    .action(async (id: string, options: Server & { outcome: string; reason: string }) => {
      const { outcome, reason } = options;
      await post(options, `${encodeURIComponent(id)}/resolution`, { outcome, reason });
    });
  return payments;
}
