import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { Command } from "commander";
import { Ending } from "../start/ending.ts";
import { readSettings } from "../start/secretFiles.ts";
import { SetupError } from "../settings.ts";
import { exportLog } from "../transfer/exportLog.ts";
import { type Footer, FORMAT, type Header, VERSION } from "../transfer/format.ts";
import { openHome } from "../transfer/openStores.ts";
import { ClosedPipeError, LineOutput } from "../transfer/output.ts";
import { ExportReader } from "../transfer/readExport.ts";
import { grouped, progressOf, rate, type TransferWorld } from "./transferWorld.ts";

/** `admittance export`: the event log and the append-only records as NDJSON. */
export function exportCommand(world: TransferWorld): Command {
  return new Command("export")
    .description("writes the event log as NDJSON, each event verified")
    .option("--to <file>", "a new file; standard output when absent")
    .option("--verify", "reads the file back when it is written")
    .action(async ({ to, verify = false }: { to?: string; verify?: boolean }) => {
      if (to === undefined) {
        if (verify) throw new SetupError("--verify reads the file back: give its name with --to.");
        await toOutput(world);
      } else {
        await toFile(world, to, verify);
      }
    });
}

async function toOutput(world: TransferWorld): Promise<void> {
  try {
    await write(world, world.output());
  } catch (error) {
    if (!(error instanceof ClosedPipeError)) throw error;
  }
}

async function toFile(world: TransferWorld, path: string, verify: boolean): Promise<void> {
  if ((await stat(path).catch(() => null)) !== null)
    throw new SetupError(`${path} is there already: give another name.`);
  const part = `${path}.part`;
  let footer: Footer;
  try {
    const file = createWriteStream(part, { mode: 0o600 });
    try {
      footer = await write(world, file);
    } finally {
      await new Promise<void>((resolve) => file.close(() => resolve()));
    }
    const handle = await open(part, "r+");
    await handle.sync();
    await handle.close();
    if (verify) await checkFile(createReadStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw fileError(path, error);
  }
  if (verify) world.note("The file was read back: it is as it was written.");
  world.answer({ ...countsOf(footer), file: path, verified: verify });
}

async function write(world: TransferWorld, out: Writable): Promise<Footer> {
  const output = new LineOutput(out);
  const ending = new Ending();
  const begun = world.now();
  try {
    const { pool, log, installed, isBehind } = await openHome(readSettings(world.env), ending);
    const header: Header = {
      format: FORMAT,
      version: VERSION,
      exportedAt: new Date(begun).toISOString(),
      installation: {
        keyringId: installed.keyringId,
        testClock: installed.testClock,
        log: installed.logHome.log,
      },
    };
    const progress = progressOf(world);
    const { footer, last } = await exportLog({
      log,
      pool,
      header,
      output,
      progress: (events) => progress("exported", events),
    });
    world.note(`${summary(footer)}, ${rate(footer.events, world.now() - begun)}. Every chain is whole.`);
    if (await isBehind(last)) {
      world.note("The newest events are not in it yet: an older transaction is still open in the database.");
    }
    return footer;
  } finally {
    await ending.run();
  }
}

/** @throws TransferError for the first line that is not as it was written */
export async function checkFile(chunks: AsyncIterable<unknown>): Promise<Footer> {
  const file = new ExportReader(chunks);
  await file.header();
  const nothing = async (): Promise<null> => Promise.resolve(null);
  for await (const _ of file.events(nothing, "all"));
  for await (const _ of file.records());
  return file.checkFooter();
}

export function countsOf({ events, streams, records }: Footer) {
  return { events, streams, records };
}

export function summary({ events, streams, records }: Footer): string {
  return `${grouped(events)} events of ${grouped(streams)} streams, ${grouped(records)} records`;
}

/** One line for what the operator can mend. */
export function fileError(path: string, error: unknown): unknown {
  const isOfFile = error instanceof Error && "syscall" in error && "code" in error;
  return isOfFile ? new SetupError(`${path} can't be used: ${error.message}`) : error;
}
