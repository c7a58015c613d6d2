import type pg from "pg";
import type { LogHome } from "./openLog.ts";
import { ADVISORY_LOCKS, isHeld } from "../database/advisoryLocks.ts";
import { raiseVaultVersion, vaultVersion } from "../engine/vaultKeys/version.ts";
import { SetupError } from "../settings.ts";

/** What the database remembers of the installation from its first start. */
export interface Installation {
  readonly testClock: boolean;
  readonly demoLoaded: boolean;
}

/**
 * Writes the installation down on the first start, and compares it on every later one.
 * @param beforeFirst called before it is written down; what it throws leaves the database as it is
 * @throws SetupError for a test clock on a database that ran without one, or a keyring that is not this database's
 */
export async function openInstallation(
  pool: pg.Pool,
  wanted: {
    readonly testClock: boolean;
    readonly keyringId: string;
    readonly keyringFile: string;
    /** The newest key of the vault in it. */
    readonly vaultVersion: number;
    readonly logHome: LogHome;
  },
  beforeFirst: () => Promise<void> = async () => await Promise.resolve(),
): Promise<Installation> {
  const isFirst = (await readRow(pool)) === undefined;
  if (isFirst) await beforeFirst();
  await pool.query(
    `insert into installation (id, test_clock, keyring_id, log, log_prefix) values (1, $1, $2, $3, $4)
     on conflict (id) do nothing`,
    [wanted.testClock, wanted.keyringId, wanted.logHome.log, wanted.logHome.prefix],
  );
  const row = await readRow(pool);
  if (row === undefined) throw new Error("the installation was just written");
  if (wanted.testClock && !row.test_clock) {
    throw new SetupError(
      "TEST_CLOCK=1 is refused: this database was started without a test clock before. Use a new DATA_DIR or DATABASE_URL.",
    );
  }
  if (row.keyring_id !== wanted.keyringId) {
    throw new SetupError(
      `The keyring ${wanted.keyringFile} is not the one of this database. Put back the file it was first started with (KEYRING_FILE).`,
    );
  }
  const there = { log: row.log, prefix: row.log_prefix };
  if (!sameHome(there, wanted.logHome)) {
    throw new SetupError(
      `The events of this installation are in ${describeHome(there)}, not in ${describeHome(wanted.logHome)}. Set EVENTSTORE_URL and EVENTSTORE_PREFIX as before, or move them with \`admittance log copy\`.`,
    );
  }
  await takeVaultKey(pool, row.vault_version, wanted);
  return { testClock: row.test_clock, demoLoaded: row.demo_loaded };
}

/**
 * Cards are written by one key of the vault and found by all: an instance that lacks that one would take a known card for a
 * new one. Again once others can see that this instance is here.
 * @throws SetupError for a keyring from before the last rotation
 */
export async function refuseOldKeyring(
  pool: pg.Pool,
  wanted: { readonly keyringFile: string; readonly vaultVersion: number },
): Promise<void> {
  refuseOlderThan((await vaultVersion(pool)) ?? 0, wanted);
}

function refuseOlderThan(
  written: number,
  { keyringFile, vaultVersion: newest }: { readonly keyringFile: string; readonly vaultVersion: number },
): void {
  if (written <= newest) return;
  throw new SetupError(
    `The keyring ${keyringFile} is from before a rotation: the cards of this database were written by key ${String(written)} of the vault, and its newest is ${String(newest)}. Put the rotated file in its place.`,
  );
}

/** Where nobody serves, the newest key is used at once. Beside others it waits until all have it (`VaultKeys`). */
async function takeVaultKey(
  pool: pg.Pool,
  known: number | null,
  wanted: { readonly keyringFile: string; readonly vaultVersion: number },
): Promise<void> {
  refuseOlderThan(known ?? 0, wanted);
  if (known === wanted.vaultVersion) return;
  if (known === null || !(await isHeld(pool, ADVISORY_LOCKS.serving))) {
    await raiseVaultVersion(pool, wanted.vaultVersion);
  }
  // Another start may have been faster.
  await refuseOldKeyring(pool, wanted);
}

/** What the database remembers, to be looked at only; null before the first start. */
export async function readInstallation(
  pool: pg.Pool,
): Promise<{ readonly testClock: boolean; readonly keyringId: string; readonly logHome: LogHome } | null> {
  const row = await readRow(pool);
  if (row === undefined) return null;
  const logHome = { log: row.log, prefix: row.log_prefix };
  return { testClock: row.test_clock, keyringId: row.keyring_id, logHome };
}

/** From here on the events are there; every read model is built anew, since positions mean nothing elsewhere. */
export async function moveLogHome(pool: pg.Pool, home: LogHome): Promise<void> {
  await pool.query(
    `with moved as (update installation set log = $1, log_prefix = $2, log_seen = '' where id = 1)
     update checkpoints set version = 0, position = ''`,
    [home.log, home.prefix],
  );
}

export function sameHome(a: LogHome, b: LogHome): boolean {
  return a.log === b.log && a.prefix === b.prefix;
}

export function describeHome({ log, prefix }: LogHome): string {
  if (log === "POSTGRESQL") return "PostgreSQL";
  return prefix === "" ? "EventStoreDB" : `EventStoreDB under the prefix "${prefix}"`;
}

interface Row {
  readonly test_clock: boolean;
  readonly keyring_id: string;
  readonly demo_loaded: boolean;
  readonly log: LogHome["log"];
  readonly log_prefix: string;
  readonly vault_version: number | null;
}

async function readRow(pool: pg.Pool): Promise<Row | undefined> {
  const { rows } = await pool.query<Row>(
    "select test_clock, keyring_id, demo_loaded, log, log_prefix, vault_version from installation where id = 1",
  );
  return rows[0];
}

export async function markDemoLoaded(pool: pg.Pool): Promise<void> {
  await pool.query("update installation set demo_loaded = true where id = 1");
}
