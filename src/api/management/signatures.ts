import { z } from "zod";
import type { ActorRef } from "../../domain/actor.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { Services } from "../../engine/services.ts";
import { actorNames, actorShape, type NameActor } from "./actors.ts";

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
  createdBy: actorShape,
  modifiedAt: z.string(),
  modifiedBy: actorShape,
};

export type Sign = (signed: Signed) => Promise<z.infer<z.ZodObject<typeof signaturesShape>>>;

/** As whoever sees so much is to be answered. */
export function signer(services: Services, visibility: Visibility): Sign {
  return signerBy(actorNames(services, visibility));
}

export function signerBy(nameOf: NameActor): Sign {
  return async ({ createdAt, createdBy, modifiedAt, modifiedBy }) => {
    const [by, changedBy] = await Promise.all([nameOf(createdBy), nameOf(modifiedBy)]);
    return { createdAt, createdBy: by, modifiedAt, modifiedBy: changedBy };
  };
}
