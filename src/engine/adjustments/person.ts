import { key } from "../../domain/key/events.ts";
import { user } from "../../domain/user/events.ts";
import type { Services } from "../services.ts";

/** Whom an id stands for: a key for the person who made it; one that was made at the machine for itself. */
export async function personBehind(
  { streams }: Pick<Services, "streams">,
  actorId: string,
): Promise<string> {
  const { state } = await streams.key.load(key.stream(actorId));
  if (state === null) return actorId;
  const maker = state.createdBy.id;
  // A person's id is its user's; a key that another key made stands for whomever that one stands for.
  if ((await streams.user.load(user.stream(maker))).state !== null) return maker;
  return (await streams.key.load(key.stream(maker))).state === null
    ? actorId
    : await personBehind({ streams }, maker);
}

export async function areOnePerson(services: Pick<Services, "streams">, a: string, b: string): Promise<boolean> {
  return a === b || (await personBehind(services, a)) === (await personBehind(services, b));
}
