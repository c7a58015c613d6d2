import { z } from "zod";
import { byEnvelope, HAL } from "./envelope.ts";

/** What all routes of the vendor's clients have. */
export const ofVendor = { tag: "Devices", tells: byEnvelope, produces: HAL, takesBasic: true } as const;
export const params = z.strictObject({ id: z.string().max(64) });
