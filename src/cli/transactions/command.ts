import { stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { z } from "zod";
import { type Client, createClient, UnreachableError } from "../../client.ts";
import { SetupError } from "../../settings.ts";
import type { ServicesWorld } from "../opened.ts";
import { type CliWorld, demoKey } from "../pos/shell.ts";
import { grouped, rate } from "../transferWorld.ts";
import { type Server, withServer } from "../webhooks/command.ts";
import { pullCommand } from "./pull.ts";
import { type FileAnswer, idempotencyKeyOf, sendFile } from "./sentFile.ts";

/** `admittance transactions`; `import`: a file of card transactions, taken up again by itself where it broke off. */

export interface TransactionsWorld extends CliWorld, ServicesWorld {
  /** Says how it goes. */
  readonly note: (line: string) => void;
}

const TYPES = { csv: "text/csv", ndjson: "application/x-ndjson" } as const;

interface ImportOptions extends Server {
  readonly format?: keyof typeof TYPES;
  readonly report?: string;
  readonly dryRun?: boolean;
}

/** Some lines were bad: the others are imported. */
const EXIT_BAD_LINES = 2;
const PROGRESS_MS = 1_000;
/** So often in a row it is tried without coming any further. */
const MOST_TRIES = 60;

const told = z.object({
  stored: z.int(),
  ignored: z.int(),
  report: z.object({
    importId: z.string().nullable(),
    lines: z.int(),
    bad: z.int(),
    leftOut: z.int(),
    badLines: z.array(z.object({ line: z.int(), column: z.string().nullable(), message: z.string() })),
  }),
});
type Told = z.infer<typeof told>;
const problem = z.looseObject({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).default([]),
});
const running = z.object({
  items: z.array(z.looseObject({ lines: z.int(), bad: z.int(), committedBytes: z.int() })),
});

export function transactionsCommand(world: TransactionsWorld): Command {
  const transactions = new Command("transactions").description("what cards spend");
  withServer(transactions.command("import"), world)
    .description("imports a file, but for its bad lines; the same file again goes on where it broke off")
    .argument("<file>")
    .addOption(
      new Option("--format <format>", "by default as the file's name ends").choices(Object.keys(TYPES)),
    )
    .option("--report <file>", "where the bad lines are told; by default beside the file, ending in .bad.csv")
    .option("--dry-run", "says what would be imported, and stores nothing")
    .action(async (file: string, options: ImportOptions) => {
      await new FileImport(world, file, options, await demoKey(world, options.dataDir)).run();
    });
  transactions.addCommand(pullCommand(world));
  return transactions;
}

class FileImport {
  readonly #world: TransactionsWorld;
  readonly #file: string;
  readonly #options: ImportOptions;
  readonly #key: string;
  readonly #client: Client;
  #bytes = 0;

  constructor(world: TransactionsWorld, file: string, options: ImportOptions, key: string) {
    this.#world = world;
    this.#file = file;
    this.#options = options;
    this.#key = key;
    this.#client = createClient(options.url, key);
  }

  async run(): Promise<void> {
    const found = await stat(this.#file).catch(() => null);
    if (found === null || !found.isFile())
      throw new SetupError(`${JSON.stringify(this.#file)} is no file that can be read.`);
    this.#bytes = found.size;
    const idempotencyKey = await idempotencyKeyOf(this.#file, this.#key, this.#type());
    const begun = this.#world.now();
    const done = await this.#untilTaken(idempotencyKey);
    const seconds = this.#world.now() - begun;
    const { stored, ignored, report } = done;
    const { dryRun = false } = this.#options;
    const isReported = report.bad > 0 && report.importId !== null;
    const reportFile = isReported ? await this.#writeReport(report.importId ?? "") : null;
    const what = dryRun ? "would be imported" : "imported";
    const counts = `${grouped(stored)} ${what}, ${grouped(ignored)} known already, ${grouped(report.bad)} bad`;
    const bad = report.badLines.map(
      ({ line, column, message }) =>
        `line ${String(line)}${column === null ? "" : `, ${column}`}: ${message}`,
    );
    const shown = reportFile === null ? bad : [`The bad lines are in ${reportFile}.`];
    const { importId, lines, leftOut } = report;
    this.#world.answer(
      { importId, lines, stored, ignored, bad: report.bad, leftOut, report: reportFile },
      `${counts}; ${rate(lines, seconds)}.`,
      ...shown,
    );
    if (report.bad > 0) process.exitCode = EXIT_BAD_LINES;
  }

  #type(): string {
    const { format } = this.#options;
    return TYPES[format ?? (/\.(ndjson|jsonl)$/i.test(this.#file) ? "ndjson" : "csv")];
  }

  /** Sends the file again until it was taken: what is committed is passed over. */
  async #untilTaken(idempotencyKey: string): Promise<Told> {
    let furthest = -1;
    for (let tries = 0; ; ) {
      const answer = await this.#once(idempotencyKey);
      if (answer instanceof Error) this.#world.note(`${answer.message} It goes on in a second.`);
      else if (answer.status === 200) return told.parse(JSON.parse(answer.body));
      else if (!isPassing(answer)) throw new SetupError(refusalOf(answer));
      await sleep(PROGRESS_MS);
      const now = (await this.#standing(idempotencyKey))?.committedBytes ?? furthest;
      tries = now > furthest ? 0 : tries + 1;
      furthest = Math.max(now, furthest);
      if (tries < MOST_TRIES) continue;
      const why = answer instanceof Error ? answer.message : refusalOf(answer);
      throw new UnreachableError(`${why} The same command goes on where it broke off.`);
    }
  }

  async #once(idempotencyKey: string): Promise<FileAnswer | UnreachableError> {
    const query = new URLSearchParams({ badLines: "report" });
    const name = basename(this.#file);
    // A name with as many digits as a card number has may hold one, and is not told.
    if (name.replace(/\D/g, "").length < 12) query.set("fileName", name.slice(0, 200));
    if (this.#options.dryRun === true) query.set("dryRun", "true");
    const url = new URL(`/api/transactions/import?${query.toString()}`, this.#options.url);
    const watching = new AbortController();
    const watched = this.#watch(idempotencyKey, watching.signal);
    try {
      return await sendFile(this.#file, { url, key: this.#key, type: this.#type(), idempotencyKey });
    } catch (error) {
      if (error instanceof UnreachableError) return error;
      throw error;
    } finally {
      watching.abort();
      await watched;
    }
  }

  async #watch(idempotencyKey: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(PROGRESS_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const found = await this.#standing(idempotencyKey);
      if (found === null) continue;
      const percent = Math.floor((found.committedBytes * 100) / Math.max(1, this.#bytes));
      this.#world.note(
        `${String(percent)} %: ${grouped(found.lines)} lines read, ${grouped(found.bad)} of them bad`,
      );
    }
  }

  async #standing(idempotencyKey: string): Promise<z.infer<typeof running>["items"][number] | null> {
    const query = new URLSearchParams({ idempotencyKey, limit: "1" });
    try {
      const { body } = await this.#client.request("GET", `/api/imports?${query.toString()}`);
      return running.safeParse(body).data?.items[0] ?? null;
    } catch {
      return null;
    }
  }

  async #writeReport(importId: string): Promise<string> {
    const path = this.#options.report ?? `${this.#file}.bad.csv`;
    const { body } = await this.#client.send("GET", `/api/imports/${importId}/report?format=csv`);
    await writeFile(path, z.string().parse(body));
    return path;
  }
}

/** What another try may come through. */
function isPassing({ status, body }: FileAnswer): boolean {
  return status >= 500 || status === 408 || codeOf(body) === "IDEMPOTENCY_KEY_IN_USE";
}

function codeOf(body: string): string {
  return parsed(body)?.code ?? "";
}

function refusalOf({ status, body }: FileAnswer): string {
  const said = parsed(body);
  if (said === null) return `The server answered ${String(status)}.`;
  const where = said.errors.map(({ pointer, message }) => ` ${pointer} ${message}`).join(";");
  return `${said.code}: ${said.detail}${where}`;
}

function parsed(body: string): z.infer<typeof problem> | null {
  try {
    return problem.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
