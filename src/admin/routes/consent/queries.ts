import { queryOptions } from "@tanstack/react-query";
import { api, ask, tell } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";

export type ConsentDocument = AnswerOf<"/api/session/consent">["documents"][number];

export function consentQuery() {
  return queryOptions({
    queryKey: ["consent"],
    // What is being read does not change under the reader.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await ask(() => api.GET("/api/session/consent"))).body,
  });
}

export async function giveConsent(documentIds: readonly string[]): Promise<void> {
  await tell(() => api.POST("/api/session/consent", { body: { documentIds: [...documentIds] } }));
}

export function fileOf({ id }: ConsentDocument): string {
  return `/api/terms/${id}/file`;
}
