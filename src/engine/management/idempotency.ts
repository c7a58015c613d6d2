import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { sql } from "kysely";
import { z } from "zod";
import { requestFingerprint, sameHash } from "../../vault/hashing.ts";
import type { Keyring } from "../../vault/keyring.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/**
 * `Idempotency-Key`: a write is done once, and its repeat is answered with the same status and bytes.
 *
 * - The row is claimed before the work begins, together with the seed from which ids of the work are
 *   made. Whoever takes over after a crash works with the same seed, and finds what is stored already.
 * - Answers are kept encrypted (AES-256-GCM, a key derived from the keyring), because those of keys and
 *   pairing codes hold a secret; they are forgotten after a day ({@link KEPT_HOURS}).
 * - A refusal is not kept: nothing was done, and the same key may try again.
 */

/** An unfinished request this old has died on its way. */
const TAKEN_OVER_AFTER_S = 60;

export const KEPT_HOURS = 24;

const KEY = /^[\x20-\x7e]{1,255}$/;

/** Why this is no `Idempotency-Key`; null where it is one. */
export function keyProblem(key: string): Problem | null {
  return KEY.test(key)
    ? null
    : invalid("/header/Idempotency-Key", "1 to 255 printable ASCII characters are wanted");
}

/** What the work is given: from the same seed come the same ids. */
export interface Seeded {
  readonly seed: string;
  /** An earlier attempt died, maybe after it had stored something. */
  readonly resumed: boolean;
}

/** An answer that is kept: what was done is told again in the same words. */
export interface KeptAnswer {
  readonly kind: "reply";
  readonly status: number;
  /** Kept as JSON; null: none. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const storedHeaders = z.record(z.string(), z.string());

/**
 * @param owner who calls: keys of different callers never meet
 * @param content what makes the request another one
 */
export async function once<Refused extends { readonly kind: "problem" }>(
  services: Services,
  owner: string,
  key: string,
  content: unknown,
  work: (attempt: Seeded) => Promise<KeptAnswer | Refused>,
): Promise<KeptAnswer | Refused | Problem> {
  const wrong = keyProblem(key);
  if (wrong !== null) return wrong;
  const fingerprint = requestFingerprint(services.keyring, content);
  const claimed = await claim(services, owner, key, fingerprint);
  if (claimed.kind !== "claimed") return claimed;
  let answer: KeptAnswer | Refused;
  try {
    answer = await work(claimed);
  } catch (error) {
    await letOthersTry(services, owner, key);
    throw error;
  }
  if (answer.kind === "problem") {
    await services.db
      .deleteFrom("idempotency_keys")
      .where("principal", "=", owner)
      .where("key", "=", key)
      .where("status", "is", null)
      .execute();
    return answer;
  }
  const body = answer.body === null ? null : JSON.stringify(answer.body);
  await services.db
    .updateTable("idempotency_keys")
    .set({
      status: answer.status,
      body: body === null ? null : seal(services, nameOf(owner, key), body),
      headers: JSON.stringify(answer.headers ?? {}),
    })
    .where("principal", "=", owner)
    .where("key", "=", key)
    .execute();
  return answer;
}

type Claim = ({ readonly kind: "claimed" } & Seeded) | KeptAnswer | Problem;

async function claim(services: Services, owner: string, key: string, fingerprint: Buffer): Promise<Claim> {
  const seed = services.newId();
  // Until it is answered, the row's headers hold the seed.
  const { rows } = await sql<{ seed: string }>`
    insert into idempotency_keys as i (principal, key, fingerprint, headers, created_at)
    values (${owner}, ${key}, ${fingerprint}, ${seed}, clock_timestamp())
    on conflict (principal, key) do update set created_at = excluded.created_at
    where i.status is null and i.fingerprint = excluded.fingerprint
      and i.created_at < clock_timestamp() - make_interval(secs => ${TAKEN_OVER_AFTER_S})
    returning i.headers as seed`.execute(services.db);
  const own = rows[0];
  if (own !== undefined) return { kind: "claimed", seed: own.seed, resumed: own.seed !== seed };
  const row = await services.db
    .selectFrom("idempotency_keys")
    .select(["fingerprint", "status", "body", "headers"])
    .where("principal", "=", owner)
    .where("key", "=", key)
    .executeTakeFirst();
  if (row === undefined) return inUse();
  if (!sameHash(row.fingerprint, fingerprint)) {
    return problem("REQUEST_ID_REUSED", "This Idempotency-Key was used for another request.");
  }
  if (row.status === null) return inUse();
  return {
    kind: "reply",
    status: row.status,
    body: row.body === null ? null : open(services.keyring, nameOf(owner, key), row.body),
    contentType: "application/json",
    headers: storedHeaders.parse(JSON.parse(row.headers ?? "{}")),
  };
}

function inUse(): Problem {
  return problem("IDEMPOTENCY_KEY_IN_USE", undefined, { retryAfter: 1 });
}

/** Nobody knows what became of the work: the next to come takes over at once, with the same seed. */
async function letOthersTry(services: Services, owner: string, key: string): Promise<void> {
  try {
    await services.db
      .updateTable("idempotency_keys")
      .set({ created_at: sql<Date>`clock_timestamp() - make_interval(secs => ${TAKEN_OVER_AFTER_S + 1})` })
      .where("principal", "=", owner)
      .where("key", "=", key)
      .where("status", "is", null)
      .execute();
  } catch (error) {
    services.logger.warn({ err: error }, "an Idempotency-Key stays claimed for a minute");
  }
}

function nameOf(owner: string, key: string): Buffer {
  return Buffer.from(JSON.stringify([owner, key]));
}

function sealingKey(keyring: Keyring): Buffer {
  return Buffer.from(hkdfSync("sha256", keyring.secrets, "", "admittance idempotent answers", 32));
}

/** Bound to its row: an answer copied into another one does not open. */
function seal(services: Services, name: Buffer, text: string): string {
  const iv = services.randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(services.keyring), iv).setAAD(name);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

function open(keyring: Keyring, name: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(keyring), bytes.subarray(0, 12))
    .setAAD(name)
    .setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}
