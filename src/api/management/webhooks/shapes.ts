import { z } from "zod";
import { WEBHOOK_TYPES } from "../../../domain/webhook/types.ts";
import { storedWebhook } from "../../../domain/webhook/events.ts";
import { isoOrNull } from "../../../domain/time.ts";
import { attemptLine, DELIVERY_STATES, type Standing } from "../../../engine/webhooks/standing.ts";
import type { WebhookLife } from "../../../engine/webhooks/webhooks.ts";
import { recordShape, recordView } from "../records.ts";
import type { Sign } from "../signatures.ts";

/** How receivers and what is sent to them are answered. */

const standingShape = z.object({
  waiting: z.int().describe("Messages that are not delivered yet."),
  dead: z.int().describe("Messages that were given up."),
  oldestWaitingAt: z.string().nullable().describe("Since when the oldest of them waits."),
  lastDeliveredAt: z.string().nullable().describe("When it took something for the last time."),
  downSince: z.string().nullable().describe("Since when it takes nothing at all; null while it does."),
  disabledPosition: z
    .string()
    .nullable()
    .describe("Where in the log it was disabled for the last time: what came after was not queued for it."),
  replaying: z
    .object({
      position: z.string(),
      until: z.string().describe("Where the replay ends."),
      queued: z.int().describe("Messages that were queued by now."),
    })
    .nullable()
    .describe("The replay under way; null for none."),
});

const { url, description, types, enabled, disabledReason } = storedWebhook.shape;

export const webhookShape = z.object({
  ...recordShape,
  url: url.describe("Where messages go."),
  description,
  types: types.describe("Which are wanted; null: all, those of later releases too."),
  enabled: enabled.describe("Whether messages are queued and sent."),
  disabledReason: disabledReason.describe("Why it is disabled."),
  secrets: z
    .array(
      z.object({
        madeAt: z.string().describe("When it was made."),
        until: z.string().nullable().describe("Until when it signs; null: until it is replaced."),
      }),
    )
    .describe("By which messages are signed, the newest first; they themselves are shown once."),
  standing: standingShape.describe("How it stands with what is sent there."),
});

export const withSecretShape = webhookShape.extend({
  secret: z.string().describe("By which messages are signed: shown this once."),
});

export async function webhookView(
  life: WebhookLife,
  standing: Standing,
  sign: Sign,
): Promise<z.output<typeof webhookShape>> {
  const { secrets, ...view } = await recordView(life, sign);
  const { oldestWaitingAt, lastDeliveredAt, downSince, ...rest } = standing;
  return {
    ...view,
    secrets: secrets.map(({ madeAt, until }) => ({ madeAt, until })),
    standing: {
      ...rest,
      oldestWaitingAt: isoDate(oldestWaitingAt),
      lastDeliveredAt: isoDate(lastDeliveredAt),
      downSince: isoDate(downSince),
    },
  };
}

export function isoDate(date: Date | null): string | null {
  return isoOrNull(date === null ? null : date.getTime());
}

export const deliveryShape = z.object({
  id: z.string(),
  messageId: z
    .string()
    .describe("What the receiver sees as `webhook-id`: of the event, however often it is sent."),
  type: z.string(),
  position: z.string().nullable(),
  state: z.enum(DELIVERY_STATES).describe("What became of it."),
  attempts: z.int().describe("How often it was tried since it was queued."),
  queuedAt: z.string().describe("When it was queued, the last time."),
  nextAt: z.string().nullable().describe("When it is tried next; null where that is not set."),
  body: z.unknown().describe("What is sent."),
  log: z
    .array(
      attemptLine.extend({
        status: z.int().nullable().describe("HTTP status of the answer; null where there was none."),
        failure: z.string().nullable().describe("Why there was no answer."),
        answer: z.string().nullable().describe("How the answer began."),
      }),
    )
    .describe("The last attempts, the newest last."),
});

export const typeShape = z.object({
  type: z.enum(WEBHOOK_TYPES),
  version: z.int(),
  says: z.string().describe("What it tells."),
  schema: z.unknown().describe("JSON Schema (2020-12) of the whole message."),
});
