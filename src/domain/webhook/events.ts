import { z } from "zod";
import { recordStream } from "../record.ts";

/** Who is told of what happens: where, of what, and by which secrets. The secrets themselves lie in a table, sealed. */
export const storedWebhook = z.object({
  url: z.string(),
  description: z.string(),
  /** Null: all, those of later releases too. */
  types: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  /** Why it is disabled, where that was said. */
  disabledReason: z.string().nullable(),
  /** The newest first. What it signs by counts until `until`; null: until it is replaced. */
  secrets: z.array(z.object({ id: z.string(), madeAt: z.string(), until: z.string().nullable() })),
});
export type WebhookBody = z.infer<typeof storedWebhook>;

export const webhook = recordStream("Webhook", storedWebhook);
