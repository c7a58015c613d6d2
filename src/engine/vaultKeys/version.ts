import type { Pool } from "pg";

/** Which key of the vault cards are written by, as the database has it. */

/** Null before the first start. */
export async function vaultVersion(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ vault_version: number | null }>(
    "select vault_version from installation where id = 1",
  );
  return rows[0]?.vault_version ?? null;
}

/**
 * Cards are written by this key from now on, and whoever still writes by an older one is refused. What was written before can
 * be read by then: the lock is free only while no such write is under way. It is asked for and never waited for.
 * @returns false where it was not free, or another start was faster
 */
export async function raiseVaultVersion(pool: Pool, version: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update installation set vault_version = $1
     where id = 1 and (vault_version is null or vault_version < $1)
       and pg_try_advisory_xact_lock(hashtext('admittance'), hashtext('vault-key'))`,
    [version],
  );
  return rowCount === 1;
}
