import { z } from "zod";
import { actorRef } from "../actor.ts";
import { trustTier } from "../codes.ts";
import { jsonValue } from "../json.ts";

/** How a device is claimed: it shows a code, its owner enters it, and it proves itself by the key that asked. */

const at = z.string();

/** The device asked for a code. A new one voids the one before. Only a keyed hash of it is kept. */
export const claimCodeIssued = z.object({
  type: z.literal("ClaimCodeIssued"),
  data: z.object({
    at,
    codeId: z.string(),
    codeHash: z.string(),
    expiresAt: z.string(),
    /** Of the device that asked, and of no other. SPKI, DER, base64. */
    publicKey: z.string(),
  }),
});
/** Somebody who sees the terminal entered the code. */
export const terminalClaimed = z.object({
  type: z.literal("TerminalClaimed"),
  data: z.object({ at, by: actorRef, codeId: z.string() }),
});
/** The device has proven since then that it still holds the key. */
export const terminalAttested = z.object({
  type: z.literal("TerminalAttested"),
  data: z.object({ at, codeId: z.string() }),
});
export const terminalActivated = z.object({
  type: z.literal("TerminalActivated"),
  data: z.object({
    at,
    codeId: z.string(),
    credentialId: z.string(),
    trust: trustTier,
    /** SPKI, DER, base64. */
    publicKey: z.string(),
    /** JWK for what is sent encrypted to the terminal. */
    encryptionKey: jsonValue.nullable(),
  }),
});
