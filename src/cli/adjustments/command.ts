import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { z } from "zod";
import { type Client, createClient } from "../../client.ts";
import { table } from "../answer.ts";
import { type CliWorld, demoKey } from "../pos/shell.ts";
import { type Server, withServer } from "../webhooks/command.ts";

/** `admittance adjustments`: visits that one proposes and another approves, and those of an earlier system. */

const listed = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      maskedPan: z.string().nullable(),
      cardId: z.string(),
      rulesetId: z.string(),
      rulesetName: z.string().nullable(),
      free: z.int(),
      paid: z.int(),
      reason: z.string(),
      status: z.string(),
    }),
  ),
});

const brought = z.looseObject({
  taken: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  outcomes: z.array(z.looseObject({ pointer: z.string().nullable(), message: z.string().nullable() })),
});

interface ListOptions extends Server {
  readonly status?: readonly string[];
  readonly card?: string;
}

interface ProposeOptions extends Server {
  readonly ruleset: string;
  readonly free?: string;
  readonly paid?: string;
  readonly reason: string;
}

interface ImportOptions extends Server {
  readonly source?: string;
  readonly dryRun?: boolean;
}

export function adjustmentsCommand(world: CliWorld): Command {
  const adjustments = new Command("adjustments").description(
    "visits given or taken by hand, and opening balances",
  );
  const add = (name: string, says: string): Command =>
    withServer(adjustments.command(name), world).description(says);
  const client = async (server: Server): Promise<Client> =>
    createClient(server.url, await demoKey(world, server.dataDir));
  const tell = (body: unknown, ...lines: readonly string[]): void => {
    if (world.isJson()) world.write(JSON.stringify(body));
    else for (const line of lines) world.write(line);
  };
  const post = async (server: Server, path: string, body: unknown): Promise<unknown> => {
    const headers = { "idempotency-key": world.newId() };
    return (await (await client(server)).send("POST", path, body, headers)).body;
  };
  add("list", "what waits for another person, the newest first")
    .option("--status <status...>", "OPEN, APPROVED, DECLINED, WITHDRAWN, DIRECT", ["OPEN"])
    .option("--card <cardId>", "of this card")
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams(options.card === undefined ? {} : { cardId: options.card });
      for (const status of options.status ?? []) query.append("status", status);
      const { body } = await (await client(options)).send("GET", `/api/adjustments?${query.toString()}`);
      const rows = listed
        .parse(body)
        .items.map((one) => [
          ...[one.id, one.status, one.maskedPan ?? one.cardId, one.rulesetName ?? one.rulesetId],
          ...[String(one.free), String(one.paid), one.reason],
        ]);
      tell(body, ...table(["proposal", "status", "card", "ruleset", "free", "paid", "reason"], rows));
    });
  add("propose", "proposes visits: they count once another person approves them")
    .argument("<cardId>")
    .requiredOption("--ruleset <id>", "whose visits")
    .option("--free <visits>", "free visits to give; less than none: to take")
    .option("--paid <visits>", "paid visits to give; less than none: to take")
    .requiredOption("--reason <text>", "why")
    .action(
      async (
        cardId: string,
        { ruleset: rulesetId, free = "0", paid = "0", reason, ...server }: ProposeOptions,
      ) => {
        const visits = { free: Number(free), paid: Number(paid) };
        const body = await post(server, "/api/adjustments", { cardId, rulesetId, ...visits, reason });
        tell(body, `${z.looseObject({ id: z.string() }).parse(body).id} waits for another person.`);
      },
    );
  const decide = (name: string, says: string, done: string, wantsReason: boolean): void => {
    const command = add(name, says).argument("<proposal>");
    if (wantsReason) command.requiredOption("--reason <text>", "why");
    command.action(async (id: string, { reason, ...server }: Server & { readonly reason?: string }) => {
      const said = reason === undefined ? {} : { reason };
      const body = await post(server, `/api/adjustments/${encodeURIComponent(id)}/${name}`, said);
      tell(body, `${id} is ${done}.`);
    });
  };
  decide("approve", "gives or takes the visits that another proposed", "approved", false);
  decide("decline", "turns down what another proposed", "declined", true);
  decide("withdraw", "takes back one's own proposal", "withdrawn", false);
  importCommand(add, post, tell);
  return adjustments;
}

function importCommand(
  add: (name: string, says: string) => Command,
  post: (server: Server, path: string, body: unknown) => Promise<unknown>,
  tell: (body: unknown, ...lines: readonly string[]) => void,
): void {
  add("import", "takes over what cards used under an earlier system, from a CSV file of at most 10,000 lines")
    .argument("<file>")
    .option("--source <name>", "names the earlier system or the file; a line counts once for each")
    .option("--dry-run", "says what would become of each line, and stores nothing")
    .action(async (file: string, { source, dryRun = false, ...server }: ImportOptions) => {
      const query = new URLSearchParams({
        ...(source === undefined ? {} : { source }),
        ...(dryRun ? { dryRun: "true" } : {}),
      });
      const csv = await readFile(file, "utf8");
      const body = await post(server, `/api/opening-balances?${query.toString()}`, csv);
      const { taken, unchanged, refused, outcomes } = brought.parse(body);
      const counts = `${String(taken)} ${dryRun ? "would be taken" : "taken"}, ${String(unchanged)} known, ${String(refused)} refused`;
      const wrong = outcomes.flatMap(({ pointer, message }) =>
        pointer === null ? [] : [`${pointer} ${message ?? ""}`],
      );
      tell(body, counts, ...wrong);
    });
}
