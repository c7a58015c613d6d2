import { z } from "zod";
import { entryMode, REJECTION_CODES, rejectionCode } from "../../domain/codes.ts";
import { count } from "../../domain/count.ts";
import { money, storedMoney } from "../../domain/money.ts";
import { isPan } from "../../domain/pan.ts";
import { entryFlag } from "../../domain/card/events.ts";
import { allocation, paymentStatus } from "../../domain/card/shapes.ts";
import { availability, cost, rulesetRef } from "../../domain/ruleset/verdict.ts";
import { profile } from "../../domain/terminal/events.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import { problemSchema } from "../http/problems.ts";

/** What terminals send and get. These schemas validate, and the OpenAPI document is made of them. */

export const requestId = z
  .string()
  .regex(/^[\x20-\x7e]{1,64}$/, "1 to 64 printable ASCII characters are wanted");

const pan = z
  .string()
  .regex(/^\d{12,19}$/, "12 to 19 digits are wanted")
  .refine(isPan, "the check digit is wrong");

/** A card as it was read. Track data, CVV and PIN blocks have no place here: unknown members are refused. */
export const plainCard = z.strictObject({
  pan,
  expiry: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "YYYY-MM is wanted")
    .optional(),
  entryMode,
  /** Payment account reference. */
  par: z
    .string()
    .regex(/^[A-Z0-9]{29}$/, "29 upper-case letters and digits are wanted")
    .optional(),
  /** The funding number of a device token, where the terminal knows it. */
  tokenOf: pan.optional(),
});
export type PlainCard = z.infer<typeof plainCard>;

export const encryptedCard = z.strictObject({ jwe: z.string().min(1).max(8_192) });

export const cardInput = z.union([plainCard, encryptedCard]);

const head = z.int().min(0).max(1_000);
export const guestsInput = z.union([
  z.strictObject({
    adults: head.default(0),
    children: head.default(0),
    freeChildren: head.default(0),
  }),
  head,
]);

/** A bare number means adults. */
export function guestCountsOf(guests: z.infer<typeof guestsInput>): {
  adults: number;
  children: number;
  freeChildren: number;
} {
  return typeof guests === "number" ? { adults: guests, children: 0, freeChildren: 0 } : guests;
}

export const accessId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, "1 to 64 printable ASCII characters are wanted");

export const checkBody = z.strictObject({ requestId: requestId.optional(), card: z.unknown() });

/** What a check should say; the card is looked at by itself, so that what is wrong with it is said of the one form. */
export const documentedCheckBody = checkBody.extend({ card: cardInput });

export const quoteBody = z.strictObject({ accessId, guests: guestsInput });

export const confirmBody = z.strictObject({
  requestId: requestId.optional(),
  accessId,
  guests: guestsInput,
  payment: z
    .strictObject({
      collectedBy: z.literal("TERMINAL"),
      reference: z.string().min(1).max(100).optional(),
      amount: money,
    })
    .optional(),
});

export const cancelBody = z.strictObject({
  requestId: requestId.optional(),
  accessId,
  reason: z.string().max(500).optional(),
});

export const pairBody = z.strictObject({
  serialNumber,
  pairingCode: z.string().regex(/^\d{8}$/, "8 digits are wanted"),
  /** Longer than a key has to be: whoever sends a private key with it is told. */
  publicKey: z.string().min(1).max(16_384),
  encryptionKey: z.record(z.string(), z.unknown()).optional(),
});

export const rotateKeyBody = z.strictObject({
  publicKey: z.string().min(1).max(16_384),
  encryptionKey: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("A public JWK; absent: the one that the terminal has stays."),
  proof: z.string().min(1).max(4_096).describe("A terminal's token as ever, signed by the new key."),
});

/** How the source document spells them. */
const referenceCode = z.enum([
  ...REJECTION_CODES.filter((code) => code !== "TEMPORARILY_BLOCKED"),
  "TEMPORARILT_BLOCKED",
]);

export const receipt = z.object({
  stream: z.string(),
  revision: z.int(),
  hash: z.string(),
  jws: z.string().nullable(),
});

export const kind = z.object({ max: count, free: count, paid: count, fee: money.nullable() });

export const grantedAnswer = z.object({
  decision: z.literal("GRANTED"),
  accessId: z.string(),
  expiresAt: z.string(),
  ruleset: rulesetRef,
  cardholder: z.object({ cost, fee: money.nullable() }),
  collectedBy: z
    .literal("ACQUIRER")
    .optional()
    .describe(
      "The acquirer charges what is due, and the terminal collects nothing; absent: the terminal collects.",
    ),
  available: availability,
  guests: z.object({ max: count, adults: kind, children: kind, freeUnderAge: z.int().nullable() }),
  message: z.string(),
  receipt,
});

export const rejectedAnswer = z.object({
  decision: z.literal("REJECTED"),
  accessId: z.string(),
  code: rejectionCode,
  retryable: z.boolean(),
  nextFreeAt: z.string().nullable(),
  message: z.string(),
});

/** A rejection as the source document wants it: a problem with the members of the ordinary answer. */
export const referenceRejection = z.object({
  ...problemSchema.shape,
  ...rejectedAnswer.shape,
  code: referenceCode,
});

export const checkAnswer = z.discriminatedUnion("decision", [grantedAnswer, rejectedAnswer]);

export const confirmAnswer = z.object({
  status: z.literal("COMPLETED"),
  accessId: z.string(),
  confirmedAt: z.string(),
  allocation,
  charged: storedMoney.nullable(),
  paymentStatus,
  remaining: availability,
  flags: z.array(entryFlag),
  receipt,
});

export const quoteAnswer = z.object({
  accessId: z.string(),
  allocation,
  fees: z.array(z.object({ for: z.enum(["CARDHOLDER", "ADULT", "CHILD"]), count: z.int(), fee: money })),
  total: storedMoney.nullable(),
  remaining: availability,
});

export const cancelAnswer = z.object({
  status: z.literal("CANCELLED"),
  accessId: z.string(),
  cancelledAt: z.string(),
  receipt,
});

export const posLocation = z
  .object({ id: z.string(), name: z.string(), countryCode: z.string(), service: z.string() })
  .nullable();

export const posSettings = z.object({
  listRefreshHours: z.int(),
  offlineAllowed: z.boolean(),
  languages: z.array(z.string()),
});

export const pairAnswer = z.object({
  status: z.literal("PAIRED"),
  serialNumber: z.string(),
  serverTime: z.string(),
  location: posLocation,
  settings: posSettings,
});

export const rotateKeyAnswer = z.object({
  status: z.literal("PAIRED"),
  serialNumber: z.string(),
  serverTime: z.string(),
  oldKeyUntil: z
    .string()
    .nullable()
    .describe("Tokens of the key before are taken until then; null: not any more."),
});

export const statusAnswer = z.object({
  terminal: z.object({
    serialNumber: z.string(),
    status: z.enum(["PAIRED"]),
    profile,
    location: posLocation,
  }),
  connection: z.enum(["OPEN", "CLOSED"]),
  serverTime: z.string(),
  businessTime: z.string(),
  settings: posSettings,
});

export const entryAnswer = z.object({
  accessId: z.string(),
  requestId: z.string().nullable(),
  decision: z.enum(["GRANTED", "REJECTED"]),
  status: z.enum(["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REJECTED", "REVERSED"]),
  code: rejectionCode.nullable(),
  requestedAt: z.string(),
  expiresAt: z.string().nullable(),
  confirmedAt: z.string().nullable(),
  ruleset: rulesetRef.nullable(),
  allocation: allocation.nullable(),
  charged: storedMoney.nullable(),
  paymentStatus,
});

export const entriesQuery = z.strictObject({ requestId });
