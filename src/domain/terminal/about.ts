import { z } from "zod";

/** What an enrolled device says of itself, and what its fleet's keeper wrote to it. */

export const metadata = z.record(z.string(), z.string());
export type Metadata = z.infer<typeof metadata>;

/** As it is read from an event: of what a newer release may let be written there, a text is what is known here. */
export const storedMetadata = z
  .record(z.string(), z.unknown())
  .transform((stored): Metadata => Object.fromEntries(Object.entries(stored).filter(isText)));

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === "string";
}

export const about = z.object({
  /** The enrollment it came by, which is the device's id to the clients of that flow. */
  enrollmentId: z.string(),
  name: z.string().nullable(),
  platform: z.string().nullable(),
  metadata,
});
export type About = z.infer<typeof about>;
