import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import type { Logger } from "pino";
import { migrations } from "../migrations/index.ts";
import { startEmbedded } from "./database/embedded.ts";
import { migrate } from "./database/migrate.ts";
import { createKysely, createPool } from "./database/pool.ts";
import { type Settings, SetupError } from "./settings.ts";

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
  ending: (() => Promise<void>)[],
): Promise<pg.Pool> {
  await makeDirectory(settings.dataDir);
  const databaseUrl = settings.databaseUrl ?? (await embeddedUrl(settings, ending));
  const pool = createPool(databaseUrl, {
    onIdleError: (error) => {
      logger.warn({ err: error }, "an idle database connection broke");
    },
  });
  ending.push(async () => {
    await pool.end();
  });
  await migrateOnce(databaseUrl);
  return pool;
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

async function embeddedUrl(settings: Settings, ending: (() => Promise<void>)[]): Promise<string> {
  const embedded = await startEmbedded({ dataDir: join(settings.dataDir, "postgres") });
  ending.push(async () => {
    await embedded.stop();
  });
  return embedded.url;
}

async function migrateOnce(databaseUrl: string): Promise<void> {
  const db = createKysely(createPool(databaseUrl, { max: 2 }));
  try {
    await migrate(db, migrations);
  } catch (error) {
    if (error instanceof Error && "code" in error && /^(ECONN|ENOTFOUND|28|3D)/.test(String(error.code))) {
      throw new SetupError(`The database can't be reached: ${error.message}. Look at DATABASE_URL.`);
    }
    throw error;
  } finally {
    await db.destroy();
  }
}
