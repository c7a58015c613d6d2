import { z } from "zod";
import { actorRef } from "../actor.ts";
import { termsKind } from "../terms/kinds.ts";

/** Somebody has ticked the documents that were valid: which they were is told by their ids and their files' hashes. */
export const consentGiven = z.object({
  type: z.literal("ConsentGiven"),
  data: z.object({
    userId: z.string(),
    at: z.string(),
    by: actorRef,
    documents: z.array(z.object({ kind: termsKind, id: z.string(), hash: z.string() })),
  }),
});

export const consentEvent = z.discriminatedUnion("type", [consentGiven]);
export type ConsentEvent = z.infer<typeof consentEvent>;
