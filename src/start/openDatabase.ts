import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import type { Logger } from "pino";
import { migrations } from "../../migrations/index.ts";
import { startEmbedded } from "../database/embedded/embedded.ts";
import { databaseRefused } from "../database/explain.ts";
import { inspectDatabase } from "../database/inspect.ts";
import { migrate } from "../database/migrate.ts";
import { createKysely, createPool, type PoolOptions } from "../database/pool.ts";
import type { Ending } from "./ending.ts";
import { type Settings, SetupError } from "../settings.ts";

/** The embedded server writes everything out before it ends. Milliseconds. */
const EMBEDDED_STOP_MS = 75_000;

/** Where the installation's keys are. */
export function keyringFileOf({ keyringFile, dataDir }: Settings): string {
  return keyringFile ?? join(dataDir, "keyring.json");
}

/**
 * The database that the settings name, or the embedded one, with its tables up to date. `ending` receives what has to
 * be ended, in order of opening.
 * @throws SetupError where it can't be reached, or was written by a newer release
 */
export async function openDatabase(
  settings: Settings,
  logger: Logger,
  ending: Ending,
  options: Pick<PoolOptions, "queryTimeoutMs"> = {},
): Promise<pg.Pool> {
  await makeDirectory(settings.dataDir);
  const given = settings.databaseUrl === undefined ? undefined : withCheckedTls(settings.databaseUrl);
  if (given !== undefined) await inspectDatabase(given);
  const databaseUrl = given ?? (await embeddedUrl(settings, logger, ending));
  const pool = createPool(databaseUrl, {
    ...options,
    onIdleError: (error) => {
      logger.warn({ err: error }, "an idle database connection broke");
    },
  });
  ending.push("database connections", async () => await pool.end());
  await migrateOnce(databaseUrl);
  return pool;
}

/**
 * `pg` takes every sslmode that asks for TLS for `verify-full`, and warns at length that libpq does not. Said as it is
 * meant (docs/operating.md) there is nothing to warn of.
 */
function withCheckedTls(databaseUrl: string): string {
  if (/[?&]uselibpqcompat=true\b/.test(databaseUrl)) return databaseUrl;
  return databaseUrl.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new SetupError(
      `DATA_DIR ${path} can't be made: ${error instanceof Error ? error.message : "unknown"}`,
    );
  }
}

async function embeddedUrl(settings: Settings, logger: Logger, ending: Ending): Promise<string> {
  const embedded = await startEmbedded({ dataDir: join(settings.dataDir, "postgres") });
  ending.push("embedded database", async () => await embedded.stop(), EMBEDDED_STOP_MS);
  embedded.keep((what) => logger.warn({ part: "embedded database" }, what));
  return embedded.url;
}

async function migrateOnce(databaseUrl: string): Promise<void> {
  const db = createKysely(createPool(databaseUrl, { max: 2 }));
  try {
    await migrate(db, migrations);
  } catch (error) {
    throw databaseRefused(error);
  } finally {
    await db.destroy();
  }
}
