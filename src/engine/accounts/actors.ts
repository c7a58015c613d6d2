import { key } from "../../domain/key/events.ts";
import { user } from "../../domain/user/events.ts";
import type { Services } from "../services.ts";

/** A person by e-mail address, or a key by its name, as it is or was. */
export interface KnownActor {
  readonly name: string;
  readonly deleted: boolean;
}

/** Those of these ids that are, or were, a user or a key. */
export async function knownActors(
  services: Pick<Services, "db" | "streams">,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownActor>> {
  const rows = await services.db
    .selectFrom("records")
    .select(["id", "name", "email", "deleted"])
    .where("kind", "in", ["user", "key"])
    .where("id", "in", ids)
    .execute();
  const known = new Map(rows.map(({ id, name, email, deleted }) => [id, { name: email ?? name, deleted }]));
  // Whom the read model has not heard of yet.
  for (const id of ids) {
    const young = known.has(id) ? null : await actorOfStream(services, id);
    if (young !== null) known.set(id, young);
  }
  return known;
}

async function actorOfStream({ streams }: Pick<Services, "streams">, id: string): Promise<KnownActor | null> {
  const account = (await streams.user.load(user.stream(id))).state;
  if (account !== null) return { name: account.body.email, deleted: account.deleted };
  const apiKey = (await streams.key.load(key.stream(id))).state;
  return apiKey === null ? null : { name: apiKey.body.name, deleted: apiKey.deleted };
}
