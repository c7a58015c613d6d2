import { z } from "zod";
import { holdsCardNumber } from "../../domain/cardNumbers.ts";
import type { DeviceOutcome } from "../../domain/command/command.ts";
import { cardRead } from "../../domain/command/events.ts";
import type { CommandLife, CommandStatus } from "../../domain/command/life.ts";
import { iso } from "../../domain/time.ts";
import { toMinor } from "../../domain/money.ts";
import { COMMAND_ID } from "./ids.ts";

/** What goes over a device's connection: one JSON object a text message. */

const id = z.string().regex(COMMAND_ID);
const short = z.string().max(100).nullable().default(null);

/** Only the last digits of a number may be told. */
const masked = z
  .string()
  .regex(/^[*xX•]{4,15}\d{0,4}$/u)
  .nullable()
  .default(null);
const typedCard = z.strictObject({
  maskedAccountNumber: masked,
  brand: short,
  entryMode: short,
  paymentType: short,
  approvalCode: short,
  applicationIdentifier: z
    .string()
    .regex(/^[A-F][0-9A-F]{9,31}$/)
    .nullable()
    .default(null),
  applicationLabel: short,
});

const received = z.strictObject({ type: z.literal("received"), id });
const result = z.discriminatedUnion("outcome", [
  z.strictObject({
    type: z.literal("result"),
    id,
    outcome: z.literal("SUCCEEDED"),
    card: typedCard.nullable().default(null),
  }),
  z.strictObject({
    type: z.literal("result"),
    id,
    outcome: z.literal("FAILED"),
    failureCode: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
    failureMessage: z.string().max(300).default(""),
    card: typedCard.nullable().default(null),
  }),
]);
const frame = z.union([received, result]);

export type DeviceFrame =
  | { readonly type: "received"; readonly id: string }
  | { readonly type: "result"; readonly id: string; readonly told: DeviceOutcome };

/** Null for what is no message of a device. Nothing that looks like a card number is one. */
export function readFrame(text: string): DeviceFrame | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = frame.safeParse(json);
  if (!parsed.success) return null;
  const { data } = parsed;
  if (data.type === "received") return data;
  const card = data.card === null ? null : cardRead.parse(data.card);
  // Made by a register of applications: long numbers are usual there.
  const { applicationIdentifier = null, ...said } = card ?? {};
  if (applicationIdentifier !== null && holdsCardNumber(applicationIdentifier, "identifier")) return null;
  const texts = [
    ...Object.values(said),
    ...(data.outcome === "FAILED" ? [data.failureCode, data.failureMessage] : []),
  ];
  if (texts.some((one) => one !== null && isUnsound(one))) return null;
  if (data.outcome === "SUCCEEDED") {
    return { type: "result", id: data.id, told: { outcome: "SUCCEEDED", card } };
  }
  const failure = { code: data.failureCode, message: data.failureMessage };
  return { type: "result", id: data.id, told: { outcome: "FAILED", failure, card } };
}

// PostgreSQL's text can hold neither of these.
const NOT_TEXT = /\0|[\ud800-\udfff]/u;

function isUnsound(text: string): boolean {
  return NOT_TEXT.test(text) || holdsCardNumber(text, "text");
}

export function welcomeFrame(about: {
  readonly connectionId: string;
  readonly serverTime: string;
  readonly pingSeconds: number;
  readonly maxBytes: number;
}): string {
  return JSON.stringify({ type: "welcome", ...about });
}

export function commandFrame(life: CommandLife): string {
  const { id: commandId, action, queuedAt, expiresAt, cancels, transfer } = life;
  const sale =
    transfer === null
      ? null
      : {
          amount: Number(toMinor(transfer.amount)),
          currency: transfer.amount.currency,
          operationKey: transfer.operationKey,
          tags: transfer.tags,
          reverses: transfer.parent,
          accessId: transfer.accessId,
        };
  return JSON.stringify({
    type: "command",
    id: commandId,
    action,
    queuedAt: iso(queuedAt),
    expiresAt: iso(expiresAt),
    transfer: sale,
    cancels,
  });
}

/** The answer is written down; by `status` the device sees whether what it did counts. */
export function recordedFrame(commandId: string, status: CommandStatus): string {
  return JSON.stringify({ type: "recorded", id: commandId, status });
}

export function errorFrame(code: "MALFORMED" | "UNKNOWN_COMMAND", message: string): string {
  return JSON.stringify({ type: "error", code, message });
}
