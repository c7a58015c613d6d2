import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Command } from "commander";
import { Ending } from "../start/ending.ts";
import type pg from "pg";
import {
  describeHome,
  moveLogHome,
  openInstallation,
  readInstallation,
  sameHome,
} from "../start/installation.ts";
import { createLogger } from "../logging.ts";
import { keyringFileOf, openDatabase } from "../start/openDatabase.ts";
import { type LogHome, logHomeOf } from "../start/openLog.ts";
import { readSettings } from "../start/secretFiles.ts";
import { type Settings, SetupError } from "../settings.ts";
import type { Header } from "../transfer/format.ts";
import { importLog } from "../transfer/importLog.ts";
import { openIn, sinkOf, withoutInstances } from "../transfer/openStores.ts";
import { ExportReader } from "../transfer/readExport.ts";
import { newestKey, openKeyring } from "../vault/keyring.ts";
import { checkFile, countsOf, fileError, summary } from "./export.ts";
import {
  grouped,
  IN_FLIGHT_HELP,
  inFlightOf,
  progressOf,
  rate,
  type TransferWorld,
} from "./transferWorld.ts";

interface Options {
  readonly check?: boolean;
  readonly switch?: boolean;
  readonly inFlight: number;
}

/** `admittance import`: carries an export into an empty log, or goes on where it was interrupted. */
export function importCommand(world: TransferWorld): Command {
  return new Command("import")
    .description("carries an export into an empty log; may be repeated until it is through")
    .argument("<file>", "made by `admittance export`; - for standard input")
    .option("--check", "only reads the file, from its header to its footer")
    .option("--switch", "the installation's events are in this log from now on, wherever they were")
    .option("--in-flight <count>", IN_FLIGHT_HELP, inFlightOf, 1)
    .action(async (path: string, options: Options) => {
      const chunks: AsyncIterable<unknown> = path === "-" ? world.input() : createReadStream(path);
      try {
        if (options.check === true) {
          const footer = await checkFile(chunks);
          world.answer({ ...countsOf(footer), whole: true }, `${summary(footer)}. The file is whole.`);
        } else await carry(world, chunks, options);
      } catch (error) {
        throw fileError(path, error);
      }
    });
}

async function carry(world: TransferWorld, chunks: AsyncIterable<unknown>, options: Options): Promise<void> {
  const settings = readSettings(world.env);
  const file = new ExportReader(chunks);
  const header = await file.header();
  const ending = new Ending();
  const begun = world.now();
  try {
    const home = logHomeOf(settings);
    const pool = await openTarget(settings, header, home, options.switch === true, ending);
    const log = await openIn(home, settings, pool, ending);
    const sink = sinkOf(home, log, pool, options.inFlight);
    const progress = progressOf(world);
    const { footer, standing } = await importLog({
      file,
      log,
      sink,
      pool,
      logName: describeHome(home),
      progress: (events) => progress("read", events),
    });
    if (options.switch === true) await moveLogHome(pool, home);
    const before = standing === 0 ? "" : `, ${grouped(standing)} of them stood there already`;
    world.answer(
      { ...countsOf(footer), standing, whole: true },
      `${summary(footer)}${before}, ${rate(footer.events, world.now() - begun)}.`,
      "The log is whole. The next start builds the read models.",
    );
  } finally {
    await ending.run();
  }
}

/** The database, if this file's log may be carried into it. */
async function openTarget(
  settings: Settings,
  header: Header,
  home: LogHome,
  isSwitch: boolean,
  ending: Ending,
): Promise<pg.Pool> {
  const keyringFile = keyringFileOf(settings);
  // One would be made where there is none, and the database would belong to it from then on.
  if ((await stat(keyringFile).catch(() => null)) === null) {
    throw new SetupError(
      `There is no keyring at ${keyringFile}: put the installation's own there first, or set KEYRING_FILE.`,
    );
  }
  const { keyring } = await openKeyring(keyringFile);
  if (keyring.id !== header.installation.keyringId) {
    throw new SetupError(
      `The keyring ${keyringFile} is not that of the installation that the file is from: put its own there first.`,
    );
  }
  const pool = await openDatabase(settings, createLogger({ level: "silent" }), ending);
  await withoutInstances(pool, ending);
  const before = await readInstallation(pool);
  const testClock = before?.testClock ?? settings.testClock;
  if (header.installation.testClock && !testClock) {
    throw new SetupError("The file is from an installation with a test clock: this one has none.");
  }
  const logHome = isSwitch && before !== null && !sameHome(before.logHome, home) ? before.logHome : home;
  const vaultVersion = newestKey(keyring);
  await openInstallation(pool, { testClock, keyringId: keyring.id, keyringFile, vaultVersion, logHome });
  return pool;
}
