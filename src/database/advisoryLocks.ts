import type { ClientBase, Pool } from "pg";

/**
 * The advisory locks of the database, by number. Beside these, the functions of the event log lock streams by a hash of
 * their name, and the vault's the joining of cards.
 */
export const ADVISORY_LOCKS = {
  /** While the tables are brought up to date. */
  migrations: 7_265_001,
  /** Held by the session of the one instance that projects. */
  projecting: 7_265_011,
  /** Held while a batch is applied, and while a rebuild takes the place of the tables. */
  readModels: 7_265_012,
  rebuild: 7_265_013,
  /** Shared by the instances that serve. */
  serving: 7_265_014,
  // What is checked over many streams at once is checked by one at a time.
  users: 7_265_101,
  places: 7_265_102,
  accountRanges: 7_265_103,
  listKeys: 7_265_104,
  whitelists: 7_265_105,
  locationSecrets: 7_265_106,
  certificateAuthorities: 7_265_107,
  posIds: 7_265_108,
  enrolments: 7_265_110,
  /** Held while rates are fetched. */
  rates: 7_265_109,
  /** Held while transactions are pulled from the reward system. */
  rewards: 7_265_111,
} as const;

export type AdvisoryLock = (typeof ADVISORY_LOCKS)[keyof typeof ADVISORY_LOCKS];

/** For the session. Asked for and never waited for: a statement that waits holds a snapshot, for which others wait. */
export async function tryLock(client: ClientBase, lock: AdvisoryLock): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [
    lock,
  ]);
  return rows[0]?.locked === true;
}

export async function unlock(client: ClientBase, lock: AdvisoryLock): Promise<void> {
  await client.query("select pg_advisory_unlock($1)", [lock]);
}

const HELD = `select exists (
  select 1 from pg_locks l join pg_database d on d.oid = l.database
   where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and d.datname = current_database()
) as held`;

/** Whether any session of this database holds it. */
export async function isHeld(pool: Pool, lock: AdvisoryLock): Promise<boolean> {
  const { rows } = await pool.query<{ held: boolean }>(HELD, [lock]);
  return rows[0]?.held === true;
}
