import { SEALING_NONCE_BYTES, seal, unseal } from "../../vault/sealing.ts";
import type { Services } from "../services.ts";

/** What the acquirer charges a card by: it gave it when it verified the card, and only it can use it. Kept sealed. */

const PURPOSE = "acquirer-reference";

type Needed = Pick<Services, "db" | "keyring" | "now" | "randomBytes">;

/** The newest of an attempt counts. */
export async function keepReference(
  { db, keyring, now, randomBytes }: Needed,
  accessId: string,
  reference: string,
): Promise<void> {
  const sealed = seal(keyring, PURPOSE, accessId, Buffer.from(reference), randomBytes(SEALING_NONCE_BYTES));
  const kept = { sealed, kept_at: new Date(now()) };
  await db
    .insertInto("acquirer_references")
    .values({ access_id: accessId, ...kept })
    .onConflict((conflict) => conflict.column("access_id").doUpdateSet(kept))
    .execute();
}

/** Null where there is none any more. */
export async function referenceOf(
  { db, keyring }: Pick<Needed, "db" | "keyring">,
  accessId: string,
): Promise<string | null> {
  const row = await db
    .selectFrom("acquirer_references")
    .select("sealed")
    .where("access_id", "=", accessId)
    .executeTakeFirst();
  return row === undefined ? null : unseal(keyring, PURPOSE, accessId, row.sealed).toString();
}

export async function forgetReference({ db }: Pick<Needed, "db">, accessId: string): Promise<void> {
  await db.deleteFrom("acquirer_references").where("access_id", "=", accessId).execute();
}
