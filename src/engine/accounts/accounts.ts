import { key, type KeyBody } from "../../domain/key/events.ts";
import { isExpected } from "../../domain/decider.ts";
import type { RecordLife } from "../../domain/record.ts";
import { user, type UserBody } from "../../domain/user/events.ts";
import type { Position } from "../../eventlog/log.ts";
import { secretHash } from "../../vault/hashing.ts";
import { headsUnder } from "../gate/heads.ts";
import type { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Write } from "../management/commands.ts";
import {
  createRecord,
  deleteRecord,
  findRecord,
  type RecordKind,
  type Written,
} from "../management/records.ts";

/** Users and API keys beneath the routes: what sign-in, bootstrap and the command line share. */

export function userKind(services: Services): RecordKind<UserBody> {
  return { streams: services.streams.user, decider: user };
}

export function keyKind(services: Services): RecordKind<KeyBody> {
  return { streams: services.streams.key, decider: key };
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
  for await (const life of inUse(services, userKind(services))) {
    if (life.body.email.toLowerCase() === wanted) return life;
  }
  return null;
}

/** Everybody who is there, as of now; by id. */
export async function usersInUse(services: Services): Promise<readonly RecordLife<UserBody>[]> {
  return await all(inUse(services, userKind(services)));
}

/** Every key that is not void, as of now; the oldest first. */
export async function keysInUse(services: Services): Promise<readonly RecordLife<KeyBody>[]> {
  return await all(inUse(services, keyKind(services)));
}

async function all<One>(some: AsyncIterable<One>): Promise<readonly One[]> {
  const ones: One[] = [];
  for await (const one of some) ones.push(one);
  return ones;
}

async function* inUse<Body>(
  services: Services,
  { streams, decider }: RecordKind<Body>,
): AsyncGenerator<RecordLife<Body>> {
  for (const { stream, revision } of await headsUnder(services.db, decider.prefix)) {
    const { state } = await streams.load(stream, revision);
    if (state !== null && !state.deleted) yield state;
  }
}

/** Voids a key: first the row that every instance asks for, then the record of it. */
export async function removeKey(
  services: Services,
  write: Write,
  id: string,
): Promise<Written<KeyBody> | Problem> {
  const kind = keyKind(services);
  const life = await findRecord(kind, id);
  const stale = life !== null && !isExpected(write.expected, life.revision);
  if (!stale) await services.db.deleteFrom("api_key_hashes").where("key_id", "=", id).execute();
  return await deleteRecord(services, kind, write, id);
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
  const hash = secretHash(services.keyring, "key", apiKey);
  await services.db
    .insertInto("api_key_hashes")
    .values({ hash, key_id: life.id })
    .onConflict((conflict) => conflict.column("key_id").doUpdateSet({ hash }))
    .execute();
  return { kind: "issued", id: life.id, apiKey, life, position };
}
