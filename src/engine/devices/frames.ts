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
  .regex(/^[*xX\u2022]{4,15}\d{0,4}$/u)
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
const frame = z.discriminatedUnion("type", [received, result]);

export type DeviceFrame =
  | { readonly type: "received"; readonly id: string }
  | { readonly type: "result"; readonly id: string; readonly told: DeviceOutcome };

/** Which member of it is wrong, as a path with dots; null for the message as a whole. */
export interface WrongFrame {
  readonly type: "wrong";
  readonly member: string | null;
}

const WRONG: WrongFrame = { type: "wrong", member: null };

/** Nothing that looks like a card number is a message of a device. */
export function readFrame(text: string): DeviceFrame | WrongFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return WRONG;
  }
  const parsed = frame.safeParse(json);
  if (!parsed.success) return wrongAt(parsed.error.issues[0]?.path ?? []);
  const { data } = parsed;
  if (data.type === "received") return data;
  const card = data.card === null ? null : cardRead.parse(data.card);
  // Made by a register of applications: long numbers are usual there.
  const { applicationIdentifier = null, ...said } = card ?? {};
  if (applicationIdentifier !== null && holdsCardNumber(applicationIdentifier, "identifier")) {
    return wrongAt(["card", "applicationIdentifier"]);
  }
  const texts: readonly (readonly [path: readonly string[], text: string | null])[] = [
    ...Object.entries(said).map(([name, one]) => [["card", name], one] as const),
    ...(data.outcome === "FAILED"
      ? ([
          [["failureCode"], data.failureCode],
          [["failureMessage"], data.failureMessage],
        ] as const)
      : []),
  ];
  const unsound = texts.find(([, one]) => one !== null && isUnsound(one));
  if (unsound !== undefined) return wrongAt(unsound[0]);
  if (data.outcome === "SUCCEEDED") {
    return { type: "result", id: data.id, told: { outcome: "SUCCEEDED", card } };
  }
  const failure = { code: data.failureCode, message: data.failureMessage };
  return { type: "result", id: data.id, told: { outcome: "FAILED", failure, card } };
}

/** The names in a path are those of the schema: whatever else was sent is never repeated. */
function wrongAt(path: readonly PropertyKey[]): WrongFrame {
  return path.length === 0 ? WRONG : { type: "wrong", member: path.map(String).join(".") };
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
