import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, type Migration, Migrator, sql } from "kysely";

import { migrations as allMigrations } from "../../migrations/index.ts";
import { SetupError } from "../settings.ts";
import { ADVISORY_LOCKS } from "./advisoryLocks.ts";
import type { Database } from "./schema.ts";

/** How long to wait for another instance's migrations, in milliseconds. */
const LOCK_TIMEOUT = 300_000;

/**
 * Brings the tables up to date; all instances may do so at once, one works and the others wait for it.
 * All pending migrations run in one transaction: they take effect together or not at all.
 * @returns the names of the migrations that this call has run
 * @throws SetupError when a migration fails, or when the database was written by a newer release
 */
export async function migrate(
  db: Kysely<Database>,
  migrations: Readonly<Record<string, Migration>> = allMigrations,
): Promise<readonly string[]> {
  return db.connection().execute(async (connection) => {
    await lock(connection);
    try {
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: async () => ({ ...migrations }) },
      });
      const { error, results = [] } = await migrator.migrateToLatest();
      if (error !== undefined)
        throw explain(error, results.find(({ status }) => status === "Error")?.migrationName);
      return results.map(({ migrationName }) => migrationName);
    } finally {
      await sql`SELECT pg_advisory_unlock(${ADVISORY_LOCKS.migrations})`.execute(connection);
    }
  });
}

/** Kysely's own lock is taken after it has created its tables, which two at once may do; this one comes before. */
async function lock(connection: Kysely<Database>): Promise<void> {
  const deadline = performance.now() + LOCK_TIMEOUT;
  while (performance.now() < deadline) {
    // Polled, because a statement that waits holds a snapshot, for which the event feed and index builds would wait.
    const { rows } = await sql<{
      locked: boolean;
    }>`SELECT pg_try_advisory_lock(${ADVISORY_LOCKS.migrations}) AS locked`.execute(connection);
    if (rows[0]?.locked === true) return;
    await sleep(50);
  }
  throw new SetupError(
    `Another instance has been migrating the database for ${LOCK_TIMEOUT / 1000} s: look at its log.`,
  );
}

function explain(error: unknown, name: string | undefined): SetupError {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("corrupted migrations") && message.endsWith("is missing")) {
    return new SetupError(`The database was written by a newer release than this one (${message}).`);
  }
  return new SetupError(`The migration ${name ?? "of the database"} failed: ${message}`, { cause: error });
}
