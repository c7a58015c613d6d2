import { Command, Option } from "commander";
import { deriveAnew } from "../start/deriveAnew.ts";
import { Ending } from "../start/ending.ts";
import { describeHome, moveLogHome, sameHome } from "../start/installation.ts";
import { type LogHome, logHomeOf } from "../start/openLog.ts";
import { readSettings } from "../start/secretFiles.ts";
import { SetupError } from "../settings.ts";
import { START } from "../eventlog/log.ts";
import { ahead, ChainKeeper, hashIn } from "../transfer/chain.ts";
import { compareLogs, copyLog } from "../transfer/copyLog.ts";
import {
  behindIn,
  openHome,
  openIn,
  openInstalled,
  sinkOf,
  withoutInstances,
} from "../transfer/openStores.ts";
import {
  grouped,
  IN_FLIGHT_HELP,
  inFlightOf,
  progressOf,
  rate,
  type TransferWorld,
} from "./transferWorld.ts";

const ENGINES = { postgresql: "POSTGRESQL", eventstoredb: "EVENTSTOREDB" } as const;

interface CopyFlags {
  readonly to: keyof typeof ENGINES;
  readonly verify?: boolean;
  readonly switch?: boolean;
  readonly inFlight: number;
}

/** `admittance log`: verifies the event log, or carries it to the other engine. */
export function logCommand(world: TransferWorld): Command {
  const log = new Command("log").description("the event log of this installation");
  log
    .command("verify")
    .description("verifies the chain of every stream")
    .action(async () => await verify(world));
  log
    .command("renew")
    .description("after the log was restored by itself: derives anew what the database has of it")
    .action(async () => await renew(world));
  log
    .command("copy")
    .description("copies the log to the other engine; may be repeated until it is level")
    .addOption(new Option("--to <engine>", "where to").choices(Object.keys(ENGINES)).makeOptionMandatory())
    .option("--verify", "only compares the two logs, from the start")
    .option("--switch", "then the installation's events are there; all instances must have been stopped")
    .option("--in-flight <count>", IN_FLIGHT_HELP, inFlightOf, 1)
    .action(async (flags: CopyFlags) => await copy(world, flags));
  return log;
}

async function verify(world: TransferWorld): Promise<void> {
  const ending = new Ending();
  try {
    const { log } = await openHome(readSettings(world.env), ending);
    const keeper = new ChainKeeper(hashIn(log));
    const begun = world.now();
    const progress = progressOf(world);
    for await (const batch of ahead(log.readAll({ after: START }))) {
      await keeper.check(batch);
      progress("verified", keeper.events);
    }
    const { events, streams } = keeper;
    world.answer(
      { events, streams, whole: true },
      `${grouped(events)} events of ${grouped(streams)} streams: every chain is whole (${rate(events, world.now() - begun)}).`,
    );
  } finally {
    await ending.run();
  }
}

async function renew(world: TransferWorld): Promise<void> {
  const ending = new Ending();
  try {
    const { pool, log } = await openHome(readSettings(world.env), ending);
    await withoutInstances(pool, ending);
    const events = await deriveAnew(pool, log);
    world.answer(
      { events },
      `${grouped(events)} events: heads are those of the log, snapshots are gone, and the next start builds the read models.`,
    );
  } finally {
    await ending.run();
  }
}

async function copy(world: TransferWorld, flags: CopyFlags): Promise<void> {
  const settings = readSettings(world.env);
  if (settings.eventStoreUrl === undefined) {
    throw new SetupError("EVENTSTORE_URL is not set: it names the EventStoreDB, wherever the copy goes.");
  }
  const elsewhere = logHomeOf(settings);
  const postgres: LogHome = { log: "POSTGRESQL", prefix: "" };
  const [from, to] = flags.to === "eventstoredb" ? [postgres, elsewhere] : [elsewhere, postgres];
  const ending = new Ending();
  try {
    const { pool, installed } = await openInstalled(settings, ending);
    if (sameHome(installed.logHome, to) && flags.verify !== true) {
      throw new SetupError(`The events of this installation are in ${describeHome(to)} already.`);
    }
    if (!sameHome(installed.logHome, from) && flags.verify !== true) {
      throw new SetupError(
        `The events of this installation are in ${describeHome(installed.logHome)}, not in ${describeHome(from)}.`,
      );
    }
    if (flags.switch === true) await withoutInstances(pool, ending);
    const source = { log: await openIn(from, settings, pool, ending), name: describeHome(from) };
    const target = { log: await openIn(to, settings, pool, ending), name: describeHome(to) };
    if (flags.verify === true) {
      const same = await compareLogs(source, target);
      world.answer(
        { events: same, level: true },
        `${grouped(same)} events: ${source.name} and ${target.name} are level, byte for byte.`,
      );
      return;
    }
    const progress = progressOf(world);
    const options = { source, target, sink: sinkOf(to, target.log, pool, flags.inFlight), progress };
    const begun = world.now();
    const copied = await copyLog(options);
    const { copied: events, standing } = copied;
    const took = rate(standing + events, world.now() - begun);
    const line = `${grouped(events)} events copied, ${grouped(standing)} stood there already; all are the same (${took}).`;
    if (flags.switch !== true) {
      world.answer({ copied: events, standing, switched: false }, line);
      return;
    }
    // Nothing more may have come, neither where the feed ends nor behind it.
    const more = await copyLog({ ...options, from: copied.met });
    if (more.copied > 0 || (await behindIn(from, pool)(more.met.source))) {
      throw new SetupError(
        "Somebody still writes to the log, or a transaction is open: stop it and try again.",
      );
    }
    await moveLogHome(pool, to);
    world.answer(
      { copied: events, standing, switched: true, log: to.log },
      line,
      `The events of this installation are in ${target.name} from now on.`,
      to.log === "EVENTSTOREDB"
        ? "Start the instances with the same EVENTSTORE_URL and EVENTSTORE_PREFIX."
        : "Start the instances without EVENTSTORE_URL.",
    );
  } finally {
    await ending.run();
  }
}
