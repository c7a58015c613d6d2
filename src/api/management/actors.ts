import { z } from "zod";
import type { ActorRef } from "../../domain/actor.ts";
import { isUnlimited, type Visibility } from "../../domain/user/access.ts";
import { type KnownActor, knownActors } from "../../engine/accounts/actors.ts";
import type { Services } from "../../engine/services.ts";

/** Who did something, as it is answered. */
export const actorShape = z.object({
  id: z.string(),
  role: z.string(),
  /** Of a person the e-mail address, of a key its name; null for whoever has a scope, and where there never was one. */
  name: z.string().nullable(),
  /** Whether it is gone by now. */
  deleted: z.boolean(),
});
export type Actor = z.infer<typeof actorShape>;
export type NameActor = (ref: ActorRef) => Promise<Actor>;

/**
 * Names people and keys: those that are asked for together are looked up together, each once. Who is limited to issuers,
 * merchants or places sees who works for the operator by role only.
 */
export function actorNames(services: Services, visibility: Visibility): NameActor {
  if (!isUnlimited(visibility)) {
    return async ({ id, role }) => await Promise.resolve({ id, role, name: null, deleted: false });
  }
  const known = new Map<string, Promise<KnownActor | undefined>>();
  let asked: string[] = [];
  let batch: Promise<ReadonlyMap<string, KnownActor>> | null = null;
  const found = async (): Promise<ReadonlyMap<string, KnownActor>> => {
    await Promise.resolve();
    const ids = asked;
    asked = [];
    batch = null;
    return await knownActors(services, ids);
  };
  const lookUp = async (id: string): Promise<KnownActor | undefined> => {
    asked.push(id);
    batch ??= found();
    return (await batch).get(id);
  };
  return async ({ id, role }) => {
    const looking = known.get(id) ?? lookUp(id);
    known.set(id, looking);
    const { name = null, deleted = false } = (await looking) ?? {};
    return { id, role, name, deleted };
  };
}
