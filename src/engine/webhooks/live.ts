import type { WebhookType } from "../../domain/webhook/types.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Services } from "../services.ts";
import { type Message, Messages, TOLD_PREFIXES } from "./messages.ts";

/** What receivers would be told, as it happens: for whoever follows it on an open line. Nothing is kept of it. */
export async function* liveMessages(
  { log }: Pick<Services, "log">,
  from: Position,
  types: readonly WebhookType[] | null,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  const messages = new Messages(log);
  for await (const batch of log.subscribe({ after: from, prefixes: TOLD_PREFIXES, signal })) {
    for (const recorded of batch) {
      const message = await messages.of(recorded);
      if (message !== null && (types?.includes(message.type) ?? true)) yield message;
    }
  }
}
