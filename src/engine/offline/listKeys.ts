import { sql } from "kysely";
import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { z } from "zod";
import { ADVISORY_LOCKS } from "../../database/advisoryLocks.ts";
import { LIST_KEY_LIVES, LIST_LIVES } from "../../domain/policies.ts";
import { DAY, type Instant } from "../../domain/time.ts";
import { seal, SEALING_NONCE_BYTES, unseal } from "../../vault/sealing.ts";
import type { Services } from "../services.ts";

/**
 * The keys that sign lists (ES256). One signs; those before it are published until the last list that they signed has run
 * out. They are in the database, sealed under the keyring, so that a new one counts on every instance at once.
 */

type Needs = Pick<Services, "db" | "keyring" | "now" | "randomBytes">;

const PURPOSE = "list keys";
const publicJwk = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: z.string(), y: z.string() });
const privateJwk = publicJwk.extend({ d: z.string() });

export interface ListKey {
  readonly kid: string;
  sign(payload: Uint8Array, typ: string): Promise<string>;
}

/** What terminals verify lists by: the key that signs, and those whose lists still count. By real time. */
export async function publishedListKeys(services: Needs): Promise<readonly JWK[]> {
  await ensuredKey(services);
  const rows = await services.db
    .selectFrom("list_keys")
    .select(["kid", "public_jwk"])
    .where((row) => row.or([row("retires_at", "is", null), row("retires_at", ">", new Date(services.now()))]))
    .orderBy("made_at", "desc")
    .execute();
  return rows.map(({ kid, public_jwk }) => ({
    ...publicJwk.parse(public_jwk),
    kid,
    alg: "ES256",
    use: "sig",
  }));
}

/**
 * The key that signs now.
 * @param opened what was opened before: it is unsealed once
 */
export async function signingKey(services: Needs, opened: ListKey | null): Promise<ListKey> {
  const stored = await ensuredKey(services);
  return opened?.kid === stored.kid ? opened : await open(services, stored);
}

/** A new one where there is none, or it is too old. */
async function ensuredKey(services: Needs): Promise<StoredKey> {
  const current = await currentKey(services);
  if (current !== null && services.now() - current.madeAt < LIST_KEY_LIVES) return current;
  return await replaceKey(services, current?.kid ?? null);
}

/** Another key signs from here on. Returns its name. */
export async function rotateListKey(services: Needs): Promise<string> {
  const current = await currentKey(services);
  return (await replaceKey(services, current?.kid ?? null)).kid;
}

interface StoredKey {
  readonly kid: string;
  readonly sealed: Buffer;
  readonly madeAt: Instant;
}

async function currentKey({ db }: Pick<Needs, "db">): Promise<StoredKey | null> {
  const row = await db
    .selectFrom("list_keys")
    .select(["kid", "sealed", "made_at"])
    .where("retires_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : { kid: row.kid, sealed: row.sealed, madeAt: row.made_at.getTime() };
}

/** Of several instances that replace the same key at once, one does; the others take what it made. */
async function replaceKey(services: Needs, known: string | null): Promise<StoredKey> {
  const fresh = await generateKey(services);
  const retiresAt = new Date(services.now() + LIST_LIVES + DAY);
  return await services.db.transaction().execute(async (db) => {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.listKeys})`.execute(db);
    const current = await currentKey({ db });
    if (current !== null && current.kid !== known) return current;
    await db
      .updateTable("list_keys")
      .set({ retires_at: retiresAt })
      .where("retires_at", "is", null)
      .execute();
    await db
      .insertInto("list_keys")
      .values({
        kid: fresh.kid,
        public_jwk: JSON.stringify(fresh.publicJwk),
        sealed: fresh.sealed,
        made_at: new Date(fresh.madeAt),
        retires_at: null,
      })
      .execute();
    return fresh;
  });
}

async function generateKey(
  services: Needs,
): Promise<StoredKey & { readonly publicJwk: z.infer<typeof publicJwk> }> {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const jwk = privateJwk.parse(await exportJWK(pair.privateKey));
  // Letters in front: hex digits alone may all be decimal, and then read as a card number.
  const kid = `lk-${services.randomBytes(8).toString("hex")}`;
  const nonce = services.randomBytes(SEALING_NONCE_BYTES);
  const sealed = seal(services.keyring, PURPOSE, kid, Buffer.from(JSON.stringify(jwk)), nonce);
  return { kid, sealed, madeAt: services.now(), publicJwk: publicJwk.parse(jwk) };
}

async function open({ keyring }: Needs, { kid, sealed }: StoredKey): Promise<ListKey> {
  const jwk = privateJwk.parse(JSON.parse(unseal(keyring, PURPOSE, kid, sealed).toString()));
  const key = await importJWK(jwk, "ES256");
  return {
    kid,
    sign: async (payload, typ) =>
      await new CompactSign(payload).setProtectedHeader({ alg: "ES256", kid, typ }).sign(key),
  };
}
