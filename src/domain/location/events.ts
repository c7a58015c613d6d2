import { z } from "zod";
import { recordStream } from "../record.ts";

/** A place with terminals that offers one service (source document, "Adding a new location"). */
export const storedLocation = z.object({
  name: z.string(),
  countryCode: z.string(),
  service: z.string(),
  postalCode: z.string(),
  city: z.string(),
  address: z.string().nullable(),
  /** The least time between two completed visits of a card here; none when null or 0. */
  cooldownMinutes: z.number().nullable(),
  merchantId: z.string().nullable(),
  /** An IANA name, which may be newer than what this runtime knows. */
  timeZone: z.string().nullable(),
  offlineAllowed: z.boolean(),
});
export type LocationBody = z.infer<typeof storedLocation>;

export const location = recordStream("Location", storedLocation);
