import { z } from "zod";
import { actorRef } from "../actor.ts";
import { screenFacts } from "../card/shapes.ts";
import { entryMode, trustTier } from "../codes.ts";
import { jsonValue } from "../json.ts";
import { about, storedMetadata } from "./about.ts";
import {
  certificateIssued,
  certificateRenewed,
  certificateRevoked,
  setupCodeIssued,
} from "./certificateEvents.ts";
import { claimCodeIssued, terminalActivated, terminalAttested, terminalClaimed } from "./claimEvents.ts";
import { proof } from "./credential.ts";

/** A device's life, in the stream `terminal-<serialNumber>`. */

const at = z.string();

/** `reference`: the terminal is answered as the source document says, not as the wire contract does. */
export const PROFILES = ["standard", "reference"] as const;
export const profile = z.enum(PROFILES);
export type Profile = z.infer<typeof profile>;

export const LIST_KINDS = ["ACCOUNT_RANGES", "WHITELIST"] as const;
export const listKind = z.enum(LIST_KINDS);
export type ListKind = z.infer<typeof listKind>;

export const terminalRegistered = z.object({
  type: z.literal("TerminalRegistered"),
  data: z.object({ at, by: actorRef, serialNumber: z.string(), locationId: z.string().nullable(), profile }),
});
export const terminalChanged = z.object({
  type: z.literal("TerminalChanged"),
  data: z.object({ at, by: actorRef, locationId: z.string().nullable(), profile }),
});
/** A new code voids the one before. Only a keyed hash of it is kept. */
export const pairingCodeIssued = z.object({
  type: z.literal("PairingCodeIssued"),
  data: z.object({ at, by: actorRef, codeId: z.string(), codeHash: z.string(), expiresAt: z.string() }),
});
export const pairingRefused = z.object({
  type: z.literal("PairingRefused"),
  data: z.object({ at, codeId: z.string(), tries: z.int(), locked: z.boolean() }),
});
export const terminalPaired = z.object({
  type: z.literal("TerminalPaired"),
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
/** By an enrollment's code, which was nobody's before: the device says its serial number itself. */
export const terminalEnrolled = z.object({
  type: z.literal("TerminalEnrolled"),
  data: about.extend({
    metadata: storedMetadata,
    at,
    credentialId: z.string(),
    trust: trustTier,
    proof,
    encryptionKey: jsonValue.nullable(),
  }),
});
/** What an enrolled device is called, and what is written to it. */
export const terminalDescribed = z.object({
  type: z.literal("TerminalDescribed"),
  data: z.object({ at, by: actorRef, name: z.string().nullable(), metadata: storedMetadata }),
});
/** The key before vouched for this one, and counts beside it until it retires. */
export const terminalKeyRotated = z.object({
  type: z.literal("TerminalKeyRotated"),
  data: z.object({
    at,
    credentialId: z.string(),
    /** SPKI, DER, base64. */
    publicKey: z.string(),
    encryptionKey: jsonValue.nullable(),
    retiresAt: z.string(),
  }),
});
const byHand = z.object({ at, by: actorRef, reason: z.string().nullable() });
export const terminalSuspended = z.object({ type: z.literal("TerminalSuspended"), data: byHand });
export const terminalResumed = z.object({ type: z.literal("TerminalResumed"), data: byHand });
export const terminalUnpaired = z.object({ type: z.literal("TerminalUnpaired"), data: byHand });
export const terminalRemoved = z.object({ type: z.literal("TerminalRemoved"), data: byHand });
/** A tap at a terminal that belonged to no location: it concerns the device, not the card. */
export const attemptRefused = z.object({
  type: z.literal("AttemptRefused"),
  data: z.object({
    at,
    accessId: z.string(),
    requestId: z.string().nullable(),
    cardId: z.string(),
    code: z.literal("UNKNOWN_DEVICE"),
    entryMode,
    screen: screenFacts.optional(),
  }),
});

/** A list by which the terminal may decide while its line is down: sent for the first time, or for longer than before. */
export const listSent = z.object({
  type: z.literal("ListSent"),
  data: z.object({
    at,
    list: listKind,
    version: z.string(),
    validUntil: z.string(),
  }),
});
/** What the terminal told of the time when its line was down. The entries themselves stand in their cards' streams. */
export const reportsReceived = z.object({
  type: z.literal("ReportsReceived"),
  data: z.object({
    at,
    reports: z.array(
      z.object({
        reportId: z.string(),
        /** The terminal's own running number. */
        number: z.number(),
        /** Null for one that could not be taken for an entry. */
        accessId: z.string().nullable(),
        outcome: z.enum(["ACCEPTED", "INVALID"]),
        why: z.string().nullable(),
      }),
    ),
  }),
});

export const terminalEvent = z.discriminatedUnion("type", [
  terminalRegistered,
  terminalChanged,
  pairingCodeIssued,
  pairingRefused,
  terminalPaired,
  terminalEnrolled,
  terminalDescribed,
  terminalKeyRotated,
  claimCodeIssued,
  terminalClaimed,
  terminalAttested,
  terminalActivated,
  setupCodeIssued,
  certificateIssued,
  certificateRenewed,
  certificateRevoked,
  terminalSuspended,
  terminalResumed,
  terminalUnpaired,
  terminalRemoved,
  attemptRefused,
  listSent,
  reportsReceived,
]);
export type TerminalEvent = z.infer<typeof terminalEvent>;
export type AttemptRefused = z.infer<typeof attemptRefused>;

export function terminalStream(serial: string): string {
  return `terminal-${serial}`;
}
