import type { Pool } from "pg";

/** The instances that serve, and which newest key of the vault each has. */

/** An instance that was not heard of for so long has gone. Whatever it writes after all is refused. Seconds. */
const GONE_SECONDS = 60;

/** That an instance is here, and has this key. Those that have gone are forgotten. */
export async function sayHolder(pool: Pool, instance: string, version: number): Promise<void> {
  await pool.query(
    `with gone as (
       delete from vault_key_holders where seen_at < now() - make_interval(secs => $3) and instance <> $1)
     insert into vault_key_holders (instance, newest_version, seen_at) values ($1, $2, now())
     on conflict (instance) do update set newest_version = excluded.newest_version, seen_at = excluded.seen_at`,
    [instance, version, GONE_SECONDS],
  );
}

export async function forgetHolder(pool: Pool, instance: string): Promise<void> {
  await pool.query("delete from vault_key_holders where instance = $1", [instance]);
}

/** How many instances serve without this key: the vault waits for them. */
export async function lackingHolders(pool: Pool, version: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from vault_key_holders
     where newest_version < $1 and seen_at >= now() - make_interval(secs => $2)`,
    [version, GONE_SECONDS],
  );
  return rows[0]?.count ?? 0;
}
