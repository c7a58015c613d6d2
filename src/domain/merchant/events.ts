import { z } from "zod";
import { recordStream } from "../record.ts";

/** Who owns locations and terminals: a Service Provider's scope is made of these. */
export const storedMerchant = z.object({ name: z.string() });
export type MerchantBody = z.infer<typeof storedMerchant>;

export const merchant = recordStream("Merchant", storedMerchant);
