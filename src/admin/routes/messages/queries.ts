import { queryOptions } from "@tanstack/react-query";
import type { Forms } from "../../../domain/messages/codes.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import { type Answered, api, ask } from "../../api/client.ts";

export type Messages = AnswerOf<"/api/messages/{programme}">;
export type MessageText = Messages["texts"][number];

/** What the API calls the installation where a ruleset's id could stand. */
export const INSTALLATION = "installation";

export function messagesQuery(programme: string) {
  return queryOptions({
    queryKey: ["messages", programme],
    queryFn: async () =>
      await ask(() => api.GET("/api/messages/{programme}", { params: { path: { programme } } })),
  });
}

/** The rulesets that have texts of their own, and how many. */
export function ownTextsQuery() {
  return queryOptions({
    queryKey: ["messages"],
    queryFn: async () => (await ask(() => api.GET("/api/messages"))).body.items,
  });
}

interface Writing {
  readonly etag: string | null;
  readonly intent: string;
}

export async function changeText(
  programme: string,
  { language, code }: Pick<MessageText, "language" | "code">,
  forms: Forms,
  writing: Writing,
): Promise<Answered<Messages>> {
  const params = { path: { programme, language, code }, header: headerOf(writing) };
  const { one, few, many, other } = forms;
  const body = {
    forms: {
      ...(one === undefined ? {} : { one }),
      ...(few === undefined ? {} : { few }),
      ...(many === undefined ? {} : { many }),
      other,
    },
  };
  return await ask(() => api.PUT("/api/messages/{programme}/{language}/{code}", { body, params }));
}

export async function resetText(
  programme: string,
  { language, code }: Pick<MessageText, "language" | "code">,
  writing: Writing,
): Promise<Answered<Messages>> {
  const params = { path: { programme, language, code }, header: headerOf(writing) };
  return await ask(() => api.DELETE("/api/messages/{programme}/{language}/{code}", { params }));
}

function headerOf({ etag, intent }: Writing) {
  return { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
}
