import { z } from "zod";
import { serialNumber } from "../../../domain/terminal/input.ts";

/** The claim flow's bodies, named as its document names them. */

const REQUIRED =
  "Key: 'ClaimDeviceRequest.PairingCode' Error:Field validation for 'PairingCode' failed on the 'required' tag";
const LENGTH =
  "Key: 'ClaimDeviceRequest.PairingCode' Error:Field validation for 'PairingCode' failed on the 'len' tag";

export const codeBody = z.strictObject({ device_id: serialNumber, public_key: z.string().max(8_192) });
export const codeAnswer = z.object({
  pairing_code: z.string().describe("To be shown: 6 letters and digits, none of them 0, O, I or 1."),
  device_id: z.string(),
  expires_at: z.string().describe("Until then it can be entered."),
  expires_in: z.int().describe("Seconds that a code lives."),
});

/** More members than its own are passed over, as the document's server does. */
export const claimBody = z.object({
  pairing_code: z
    .string({ error: REQUIRED })
    .min(1, REQUIRED)
    .regex(/^\s*\S{6}\s*$/, LENGTH),
});
export const claimAnswer = z.object({ status: z.literal("claimed"), device_id: z.string() });

export const attestAnswer = z.object({ status: z.literal("attested"), device_id: z.string() });

export const activateBody = z.strictObject({
  encryption_key: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("A public JWK to which lists are encrypted: RSA, or a point of a NIST curve."),
});
export const activateAnswer = z.object({ status: z.literal("active"), device_id: z.string() });

export const deviceStatus = z.object({
  device_id: z.string(),
  device_status: z.enum(["registered", "claimed", "attested", "active", "suspended"]),
  is_claimed: z.boolean().describe("Its code was entered by whoever owns it."),
  pairing_code_status: z.enum(["none", "active", "expired", "used"]),
});
