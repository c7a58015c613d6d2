import { z } from "zod";

/** What an enrolled device says of itself, and what its fleet's keeper wrote to it. */

export const metadata = z.record(z.string(), z.string());
export type Metadata = z.infer<typeof metadata>;

export const about = z.object({
  /** The enrollment it came by, which is the device's id to the clients of that flow. */
  enrollmentId: z.string(),
  name: z.string().nullable(),
  platform: z.string().nullable(),
  metadata,
});
export type About = z.infer<typeof about>;
