import { z } from "zod";
import type { ActorRef } from "../../domain/actor.ts";
import { key } from "../../domain/key/events.ts";
import { user } from "../../domain/user/events.ts";
import type { Services } from "../../engine/services.ts";

/** Who made something and who changed it last, and when. */
interface Signed {
  readonly createdAt: string;
  readonly createdBy: ActorRef;
  readonly modifiedAt: string;
  readonly modifiedBy: ActorRef;
}

/** The same as it is answered: by names. */
export const signaturesShape = {
  createdAt: z.string(),
  createdBy: z.string(),
  modifiedAt: z.string(),
  modifiedBy: z.string(),
};

export type Sign = (signed: Signed) => Promise<z.infer<z.ZodObject<typeof signaturesShape>>>;

/** Names people as the panel shows them: users by e-mail address, keys by their name. Looks each up once. */
export function signer(services: Services): Sign {
  const known = new Map<string, Promise<string>>();
  const name = async ({ id }: ActorRef): Promise<string> => {
    const found = known.get(id) ?? nameOf(services, id);
    known.set(id, found);
    return await found;
  };
  return async ({ createdAt, createdBy, modifiedAt, modifiedBy }) => ({
    createdAt,
    createdBy: await name(createdBy),
    modifiedAt,
    modifiedBy: await name(modifiedBy),
  });
}

async function nameOf(services: Services, id: string): Promise<string> {
  const account = await services.streams.user.load(user.stream(id));
  if (account.state !== null) return account.state.body.email;
  const apiKey = await services.streams.key.load(key.stream(id));
  return apiKey.state?.body.name ?? id;
}
