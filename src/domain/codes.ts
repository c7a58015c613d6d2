import { z } from "zod";
import { SERVICES } from "./services.ts";

/** ISO 3166-1 alpha-3 form. */
export const countryCode = z
  .string()
  .regex(/^[A-Z]{3}$/, "a country code of three letters (ISO 3166-1 alpha-3) is wanted, for example POL");

export const service = z.enum(SERVICES);

/** The scheme's product code: three characters. */
export const productCode = z.string().regex(/^[A-Z0-9]{3}$/, "a product code of three characters is wanted");

/** Interbank Card Association number: digits, leading zeros count. */
export const ica = z.string().regex(/^\d{1,11}$/, "an ICA number of 1 to 11 digits is wanted");

/** Merchant category code (ISO 18245). */
export const mcc = z.string().regex(/^\d{4}$/, "an MCC of four digits is wanted");

/** A ULID, upper case. */
export const ulid = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, "an id of 26 characters (ULID) is wanted");

/** How the card was read. */
export const ENTRY_MODES = ["CONTACTLESS", "CHIP", "MAGSTRIPE", "MANUAL"] as const;
export const entryMode = z.enum(ENTRY_MODES);
export type EntryMode = z.infer<typeof entryMode>;

/**
 * How well a terminal has proven itself, weakest first: it showed a code that somebody claimed and nothing since, a bearer
 * token, a key of its own, a certificate in every connection, a key with an attestation of the device. What `minimumTrust`
 * of a ruleset asks for.
 */
export const TRUST_TIERS = ["CODE", "BEARER", "KEY", "CERTIFICATE", "ATTESTED"] as const;
export const trustTier = z.enum(TRUST_TIERS);
export type TrustTier = z.infer<typeof trustTier>;

/** Whether a terminal has proven as much of itself as is wanted; null: nothing is. */
export function isTrusted(proven: TrustTier, wanted: TrustTier | null): boolean {
  return wanted === null || TRUST_TIERS.indexOf(proven) >= TRUST_TIERS.indexOf(wanted);
}

/** Why an entry is refused, in the order of precedence: the first cause that holds is the answer. */
export const REJECTION_CODES = [
  "UNKNOWN_DEVICE",
  "MISSING_ACCESS_RULES",
  "CARD_REPLACED",
  "CARD_EXPIRED",
  "CARD_FROZEN",
  "TEMPORARILY_BLOCKED",
  "COOLDOWN_ACTIVE",
  "UNMET_REQUIREMENTS",
  "LIMIT_EXCEEDED",
  "CARD_ASI_FAILED",
  "CARD_AUTH_INSUFFICIENT_FUNDS",
  "CARD_AMOUNT_AUTH_FAILED",
] as const;
export const rejectionCode = z.enum(REJECTION_CODES);
export type RejectionCode = z.infer<typeof rejectionCode>;
