import { z } from "zod";
import { WEBHOOK_TYPES } from "./types.ts";

/** What people say of a receiver. Whether its address may be called is for the way to the outside to say. */

export const webhookInput = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "an address that begins with https:// is wanted" })
    .max(2_000)
    .refine((url) => !URL.canParse(url) || new URL(url).hash === "", "an address without # is wanted"),
  description: z.string().trim().max(500).default(""),
  types: z
    .array(z.enum(WEBHOOK_TYPES))
    .min(1)
    .max(WEBHOOK_TYPES.length)
    .refine((types) => new Set(types).size === types.length, "each type once")
    .nullable()
    .default(null),
});
export type WebhookInput = z.infer<typeof webhookInput>;

export const disablingInput = z.strictObject({ reason: z.string().trim().min(1).max(500) });
