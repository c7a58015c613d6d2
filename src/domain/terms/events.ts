import { z } from "zod";
import { actorRef } from "../actor.ts";
import { termsKind } from "./kinds.ts";

/** A file that was uploaded. The file itself is in a table, under its hash; nothing of it is ever changed or taken away. */
export const termsUploaded = z.object({
  type: z.literal("TermsUploaded"),
  data: z.object({
    id: z.string(),
    kind: termsKind,
    /** A day, `YYYY-MM-DD`: valid from its first moment, in UTC. */
    validFrom: z.string(),
    /** SHA-256 of the file, in hexadecimal digits. */
    hash: z.string(),
    bytes: z.int(),
    at: z.string(),
    by: actorRef,
  }),
});

export const termsEvent = z.discriminatedUnion("type", [termsUploaded]);
export type TermsEvent = z.infer<typeof termsEvent>;
