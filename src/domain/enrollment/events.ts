import { z } from "zod";
import { actorRef } from "../actor.ts";
import { storedMetadata } from "../terminal/about.ts";

/** A code by which one device, whichever has it first, may come in: the stream `enrollment-<id>`. */

const at = z.string();

export const enrollmentCreated = z.object({
  type: z.literal("EnrollmentCreated"),
  data: z.object({
    at,
    by: actorRef,
    enrollmentId: z.string(),
    /** Only a keyed hash of the code is kept, hex. */
    codeHash: z.string(),
    expiresAt: z.string(),
    /** Where the device will stand; null: it belongs to no location yet. */
    locationId: z.string().nullable(),
    metadata: storedMetadata,
  }),
});
export const enrollmentCancelled = z.object({
  type: z.literal("EnrollmentCancelled"),
  data: z.object({ at, by: actorRef }),
});
/** The code is used up. What became of the device stands in its own stream. */
export const enrollmentConsumed = z.object({
  type: z.literal("EnrollmentConsumed"),
  data: z.object({ at, serialNumber: z.string(), credentialId: z.string() }),
});

export const enrollmentEvent = z.discriminatedUnion("type", [
  enrollmentCreated,
  enrollmentCancelled,
  enrollmentConsumed,
]);
export type EnrollmentEvent = z.infer<typeof enrollmentEvent>;

export function enrollmentStream(id: string): string {
  return `enrollment-${id}`;
}
