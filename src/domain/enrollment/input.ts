import { z } from "zod";
import { ulid } from "../codes.ts";
import { DAY, SECOND } from "../time.ts";
import { ENROLLMENT_CODE_LIVES } from "../policies.ts";

/** What is written to a device: its fleet's keeper finds it by that. */
const MOST_PAIRS = 20;

export const metadataInput = z
  .record(
    z.string().regex(/^[^\s:][^:]{0,63}$/u, "a name of 1 to 64 characters without a colon is wanted"),
    z.string().max(256),
  )
  .refine((pairs) => Object.keys(pairs).length <= MOST_PAIRS, `${String(MOST_PAIRS)} at most`);

export const deviceName = z.string().trim().min(1).max(100);

/** How long a code may be told to live, in milliseconds. */
export const codeLives = z
  .int()
  .min(SECOND)
  .max(30 * DAY);

export const enrollmentInput = z.strictObject({
  locationId: ulid.nullable().default(null),
  metadata: metadataInput.default({}),
  expiresIn: codeLives.default(ENROLLMENT_CODE_LIVES),
});
export type EnrollmentInput = z.infer<typeof enrollmentInput>;
