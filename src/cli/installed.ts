import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { keyringFileOf } from "../start/openDatabase.ts";
import { type Settings, SetupError } from "../settings.ts";

/**
 * For commands that work beside an installation: where there is none they make none.
 * @throws SetupError where nothing is installed
 */
export async function refuseUninstalled(settings: Settings): Promise<void> {
  const { dataDir, databaseUrl } = settings;
  const place = databaseUrl === undefined ? dataDir : "the database that DATABASE_URL names";
  const nothing = new SetupError(
    `Nothing is installed in ${place}: start the product once (npm start), or set DATA_DIR and DATABASE_URL to those of the installation.`,
  );
  if (!existsSync(keyringFileOf(settings))) throw nothing;
  if (databaseUrl === undefined) {
    if (!existsSync(join(dataDir, "postgres", "cluster", "PG_VERSION"))) throw nothing;
  } else if ((await hasInstallation(databaseUrl)) === false) {
    throw nothing;
  }
}

/** Null where it can't be told: whoever opens the database says why. */
async function hasInstallation(databaseUrl: string): Promise<boolean | null> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ there: boolean }>(
      "select to_regclass('public.installation') is not null as there",
    );
    return rows[0]?.there ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
