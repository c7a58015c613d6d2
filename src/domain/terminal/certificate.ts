import { z } from "zod";
import type { Instant } from "../time.ts";

/** A certificate by which a terminal proves itself in every connection. Validity is real time, whatever a test clock says. */
export const certificate = z.object({
  /** Hex, lower case. */
  serialNumber: z.string(),
  /** SHA-256 of the certificate, hex. */
  fingerprint: z.string(),
  subject: z.string(),
  /** SPKI, DER, base64. */
  publicKey: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  /** DER, base64. */
  der: z.string(),
  /** The authority that signed it. */
  issuer: z.string(),
});
export type Certificate = z.infer<typeof certificate>;

/** One that counts until then: its own end, or that of the time in which it may be replaced. */
export const heldCertificate = certificate.extend({ until: z.string() });
export type HeldCertificate = z.infer<typeof heldCertificate>;

/** Setting up: an operator makes a code, the POS shows it and gets its certificate. */
export type SetUp =
  | { readonly status: "NONE" }
  | {
      /** An expired code is PENDING: nothing happens when it expires. */
      readonly status: "PENDING" | "CONSUMED";
      readonly codeId: string;
      readonly codeHash: string;
      readonly issuedAt: Instant;
      readonly expiresAt: Instant;
    };

/** As others may see it. */
export function setUpWithoutSecrets(setUp: SetUp): SetUp {
  return setUp.status === "NONE" ? setUp : { ...setUp, codeHash: "" };
}
