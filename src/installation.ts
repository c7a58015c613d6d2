import type pg from "pg";
import { SetupError } from "./settings.ts";

/** What the database remembers of the installation from its first start. */
export interface Installation {
  readonly testClock: boolean;
  readonly demoLoaded: boolean;
}

/**
 * Writes the installation down on the first start, and compares it on every later one.
 * @throws SetupError for a test clock on a database that ran without one, or a keyring that is not this database's
 */
export async function openInstallation(
  pool: pg.Pool,
  wanted: { readonly testClock: boolean; readonly keyringId: string; readonly keyringFile: string },
): Promise<Installation> {
  await pool.query(
    "insert into installation (id, test_clock, keyring_id) values (1, $1, $2) on conflict (id) do nothing",
    [wanted.testClock, wanted.keyringId],
  );
  const { rows } = await pool.query<{ test_clock: boolean; keyring_id: string; demo_loaded: boolean }>(
    "select test_clock, keyring_id, demo_loaded from installation where id = 1",
  );
  const row = rows[0];
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
  return { testClock: row.test_clock, demoLoaded: row.demo_loaded };
}

export async function markDemoLoaded(pool: pg.Pool): Promise<void> {
  await pool.query("update installation set demo_loaded = true where id = 1");
}
