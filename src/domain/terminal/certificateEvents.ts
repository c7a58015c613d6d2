import { z } from "zod";
import { actorRef } from "../actor.ts";
import { trustTier } from "../codes.ts";
import { jsonValue } from "../json.ts";
import { certificate } from "./certificate.ts";

/** How a POS gets its certificate: by a code of the office, then by the certificate itself. */

const at = z.string();

/** A new code voids the one before. Only a keyed hash of it is kept. */
export const setupCodeIssued = z.object({
  type: z.literal("SetupCodeIssued"),
  data: z.object({ at, by: actorRef, codeId: z.string(), codeHash: z.string(), expiresAt: z.string() }),
});
export const certificateIssued = z.object({
  type: z.literal("CertificateIssued"),
  data: z.object({
    at,
    codeId: z.string(),
    credentialId: z.string(),
    trust: trustTier,
    /** The POS system's own name for itself. */
    posId: z.string(),
    certificate,
    /** `SERVER`: the key was made here, sent with the certificate, and not kept. */
    keyMadeBy: z.enum(["DEVICE", "SERVER"]),
    /** JWK for what is sent encrypted to the terminal. */
    encryptionKey: jsonValue.nullable(),
  }),
});
/** The one before counts until `retiresAt`; what was still retiring then counts no longer. */
export const certificateRenewed = z.object({
  type: z.literal("CertificateRenewed"),
  data: z.object({ at, replaces: z.string(), retiresAt: z.string(), certificate }),
});
export const certificateRevoked = z.object({
  type: z.literal("CertificateRevoked"),
  data: z.object({ at, by: actorRef, serialNumber: z.string(), reason: z.string().nullable() }),
});
