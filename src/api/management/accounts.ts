import { key, type KeyBody } from "../../domain/key/key.ts";
import type { RecordLife } from "../../domain/record.ts";
import { user, type UserBody } from "../../domain/user/user.ts";
import type { Position } from "../../eventlog/log.ts";
import { secretHash } from "../../vault/hashing.ts";
import type { Problem } from "../http/problems.ts";
import type { Services } from "../services.ts";
import type { Write } from "./commands.ts";
import { createRecord, type RecordKind } from "./records.ts";

/** Users and API keys beneath the routes: what sign-in, bootstrap and the command line share. */

export function userKind(services: Services): RecordKind<UserBody> {
  return { streams: services.users, decider: user };
}

export function keyKind(services: Services): RecordKind<KeyBody> {
  return { streams: services.keys, decider: key };
}

/**
 * The user of an address, whatever its case, as of now: every user's stream has a head that is raised
 * before the stream grows, so that none is missed.
 */
export async function findUserByEmail(
  services: Services,
  email: string,
): Promise<RecordLife<UserBody> | null> {
  const wanted = email.toLowerCase();
  const { rows } = await services.pool.query<{ stream: string; revision: number }>(
    "select stream, revision from stream_heads where starts_with(stream, $1)",
    [user.prefix],
  );
  for (const { stream, revision } of rows) {
    const { state } = await services.users.load(stream, revision);
    if (state !== null && !state.deleted && state.body.email.toLowerCase() === wanted) return state;
  }
  return null;
}

export interface IssuedKey {
  readonly kind: "issued";
  readonly id: string;
  /** Shown once: only a keyed hash of it is kept. */
  readonly apiKey: string;
  readonly life: RecordLife<KeyBody>;
  readonly position: Position | null;
}

/**
 * Writes a key down and makes its secret. An attempt that takes over from one that died makes another
 * secret, because the first was never shown.
 */
export async function issueKey(
  services: Services,
  write: Write,
  body: KeyBody,
): Promise<IssuedKey | Problem> {
  const done = await createRecord(services, keyKind(services), write, body);
  if (done.kind === "problem") return done;
  const { life, position } = done;
  const apiKey = `adm_${life.id}_${services.randomBytes(32).toString("base64url")}`;
  await services.pool.query(
    `insert into api_key_hashes (hash, key_id) values ($1, $2)
     on conflict (key_id) do update set hash = excluded.hash`,
    [secretHash(services.keyring, "key", apiKey), life.id],
  );
  return { kind: "issued", id: life.id, apiKey, life, position };
}
