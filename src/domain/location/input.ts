import { z } from "zod";
import { isTimeZone } from "../calendar.ts";
import { countryCode, service, ulid } from "../codes.ts";

export const locationInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  countryCode,
  service,
  postalCode: z.string().trim().min(1).max(20),
  city: z.string().trim().min(1).max(100),
  address: z.string().trim().max(300).nullable().default(null),
  cooldownMinutes: z.int().min(0).max(527_040).nullable().default(null),
  merchantId: ulid.nullable().default(null),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, "an IANA time zone is wanted, for example Europe/Warsaw")
    .nullable()
    .default(null),
  offlineAllowed: z.boolean().default(true),
});
