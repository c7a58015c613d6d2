import { MESSAGES_STREAM, type MessagesState } from "../../domain/messages/messages.ts";
import { type Decided, messageOf } from "../../domain/messages/shown.ts";
import type { Language } from "../../domain/messages/codes.ts";
import type { Services } from "../services.ts";

/** The message that a decision was told by, and is told by whenever it is told again. */
export async function messageFor(services: Services, decided: Decided, language: Language): Promise<string> {
  const asOf = decided.data.screen?.texts ?? -1;
  const state: MessagesState | null =
    asOf < 0 ? null : (await services.streams.messages.load(MESSAGES_STREAM, asOf)).state;
  return messageOf(decided, language, state);
}
