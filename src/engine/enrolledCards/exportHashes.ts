import { EXPORT_KEY_BYTES, exportHash, exportHashText } from "../../vault/exportHashing.ts";
import { seal, SEALING_NONCE_BYTES, unseal } from "../../vault/sealing.ts";
import type { Services } from "../services.ts";

/**
 * The hash by which partners know a card. A number is kept nowhere, so that its hash is made when the number is given: at an
 * enrolment, a look up, a replacement. The keys are in the database, sealed under the keyring.
 */

type Needs = Pick<Services, "pool" | "db" | "keyring" | "now" | "randomBytes">;

const PURPOSE = "export keys";

export interface ExportKey {
  readonly version: number;
  readonly key: Buffer;
}

/** The key that hashes are made by now; made where there is none. */
export async function exportKey(services: Needs): Promise<ExportKey> {
  return (await newestKey(services)) ?? (await makeKey(services, 0));
}

/** Another key makes hashes from here on. What was made before stays until its number is given again. */
export async function rotateExportKey(services: Needs): Promise<ExportKey> {
  return await makeKey(services, (await exportKey(services)).version);
}

/** Keeps what partners know these cards by. @param cards number and card */
export async function keepExportHashes(
  services: Needs,
  cards: Iterable<readonly [pan: string, cardId: string]>,
): Promise<void> {
  const { version, key } = await exportKey(services);
  const byCard = new Map([...cards].map(([pan, cardId]) => [cardId, exportHash(key, pan)]));
  if (byCard.size === 0) return;
  await services.pool.query(
    `insert into card_export_hashes (card_id, key_version, hash)
     select c.id, $2, c.hash from unnest($1::text[], $3::bytea[]) c(id, hash) order by c.id
     on conflict (card_id) do update set key_version = excluded.key_version, hash = excluded.hash
     where card_export_hashes.key_version < excluded.key_version`,
    [[...byCard.keys()], version, [...byCard.values()]],
  );
}

/** As text, by card; a card whose number was not given since there are such hashes has none. */
export async function exportHashesOf(
  { db }: Pick<Services, "db">,
  cardIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (cardIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("card_export_hashes")
    .selectAll()
    .where("card_id", "in", cardIds)
    .execute();
  return new Map(rows.map((row) => [row.card_id, exportHashText(row.key_version, row.hash)]));
}

async function newestKey({ db, keyring }: Pick<Needs, "db" | "keyring">): Promise<ExportKey | null> {
  const row = await db
    .selectFrom("export_keys")
    .select(["version", "sealed"])
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { version: row.version, key: unseal(keyring, PURPOSE, String(row.version), row.sealed) };
}

/** Of several instances that make the key after the same one at once, one does; the others take what it made. */
async function makeKey(services: Needs, after: number): Promise<ExportKey> {
  const version = after + 1;
  const key = services.randomBytes(EXPORT_KEY_BYTES);
  const nonce = services.randomBytes(SEALING_NONCE_BYTES);
  const sealed = seal(services.keyring, PURPOSE, String(version), key, nonce);
  await services.pool.query(
    "insert into export_keys (version, sealed, made_at) values ($1, $2, $3) on conflict (version) do nothing",
    [version, sealed, new Date(services.now())],
  );
  const newest = await newestKey(services);
  if (newest === null) throw new Error("an export key was made and is not there");
  return newest;
}
