import { ADVISORY_LOCKS } from "../../../database/advisoryLocks.ts";
import { sql } from "kysely";
import { LOCATION_SECRET_LIVES, RETIRED_SECRET_KEPT } from "../../../domain/policies.ts";
import type { Instant } from "../../../domain/time.ts";
import { seal, SEALING_NONCE_BYTES, unseal } from "../../../vault/sealing.ts";
import type { Services } from "../../services.ts";

/**
 * The secret by which the whitelist of a place is hashed. One counts; those before it still tell the cards of reports that
 * were made by them. They are in the database, sealed under the keyring, so that a new one counts on every instance at once.
 */
export interface LocationSecret {
  readonly keyId: string;
  readonly secret: Buffer;
  readonly madeAt: Instant;
}

type Needs = Pick<Services, "db" | "keyring" | "now" | "randomBytes">;

const PURPOSE = "location secrets";
const SECRET_BYTES = 32;

/** The one that counts now: a new one where there is none, or it is too old. By real time. */
export async function locationSecret(services: Needs, locationId: string): Promise<LocationSecret> {
  const current = await currentSecret(services, locationId);
  if (current !== null && services.now() - current.made_at.getTime() < LOCATION_SECRET_LIVES)
    return opened(services, current);
  return opened(services, await replaceSecret(services, locationId, current?.key_id ?? null));
}

/** Another secret counts at the place from here on; its terminals get it with their next list. Returns its name. */
export async function rotateLocationSecret(services: Needs, locationId: string): Promise<string> {
  const current = await currentSecret(services, locationId);
  return (await replaceSecret(services, locationId, current?.key_id ?? null)).key_id;
}

/** Places that have one. */
export async function locationsWithSecret({ db }: Pick<Needs, "db">): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("location_secrets")
    .select("location_id")
    .where("retired_at", "is", null)
    .orderBy("location_id")
    .execute();
  return rows.map(({ location_id }) => location_id);
}

/** All by which a report of the place may have been made, the newest first. */
export async function secretsOf(services: Needs, locationId: string): Promise<readonly LocationSecret[]> {
  const rows = await services.db
    .selectFrom("location_secrets")
    .select(COLUMNS)
    .where("location_id", "=", locationId)
    .orderBy("made_at", "desc")
    .execute();
  return rows.map((row) => opened(services, row));
}

/** When the current one of each place was made. */
export async function secretAges(
  { db }: Pick<Needs, "db">,
  locationIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly keyId: string; readonly madeAt: Instant }>> {
  const rows = await db
    .selectFrom("location_secrets")
    .select(COLUMNS)
    .where(sql<boolean>`location_id = any(${[...locationIds]}::text[])`)
    .where("retired_at", "is", null)
    .execute();
  return new Map(
    rows.map((row) => [row.location_id, { keyId: row.key_id, madeAt: row.made_at.getTime() }] as const),
  );
}

const COLUMNS = ["key_id", "location_id", "sealed", "made_at"] as const;

interface Row {
  readonly key_id: string;
  readonly location_id: string;
  readonly sealed: Buffer;
  readonly made_at: Date;
}

async function currentSecret({ db }: Pick<Needs, "db">, locationId: string): Promise<Row | null> {
  const row = await db
    .selectFrom("location_secrets")
    .select(COLUMNS)
    .where("location_id", "=", locationId)
    .where("retired_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** Of several instances that replace the same one at once, one does; the others take what it made. */
async function replaceSecret(services: Needs, locationId: string, known: string | null): Promise<Row> {
  const now = services.now();
  const fresh = generated(services, locationId);
  return await services.db.transaction().execute(async (db) => {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.locationSecrets})`.execute(db);
    const current = await currentSecret({ db }, locationId);
    if (current !== null && current.key_id !== known) return current;
    await db
      .updateTable("location_secrets")
      .set({ retired_at: new Date(now) })
      .where("location_id", "=", locationId)
      .where("retired_at", "is", null)
      .execute();
    await db
      .insertInto("location_secrets")
      .values({ ...fresh, retired_at: null })
      .execute();
    await db
      .deleteFrom("location_secrets")
      .where("location_id", "=", locationId)
      .where("retired_at", "<", new Date(now - RETIRED_SECRET_KEPT))
      .execute();
    return fresh;
  });
}

function generated({ keyring, now, randomBytes }: Needs, locationId: string): Row {
  // Letters in front: hex digits alone may all be decimal, and then read as a card number.
  const keyId = `ls-${randomBytes(8).toString("hex")}`;
  const sealed = seal(
    keyring,
    PURPOSE,
    `${keyId} ${locationId}`,
    randomBytes(SECRET_BYTES),
    randomBytes(SEALING_NONCE_BYTES),
  );
  return { key_id: keyId, location_id: locationId, sealed, made_at: new Date(now()) };
}

function opened({ keyring }: Pick<Needs, "keyring">, row: Row): LocationSecret {
  const { key_id: keyId, location_id: locationId, sealed, made_at } = row;
  return {
    keyId,
    secret: unseal(keyring, PURPOSE, `${keyId} ${locationId}`, sealed),
    madeAt: made_at.getTime(),
  };
}
