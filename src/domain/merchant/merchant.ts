import { z } from "zod";
import { recordStream } from "../record.ts";

/** Who owns locations and terminals: a Service Provider's scope is made of these. */
export const merchantBody = z.strictObject({ name: z.string().trim().min(1).max(200) });
export type MerchantBody = z.infer<typeof merchantBody>;

export const merchant = recordStream("Merchant", merchantBody);
