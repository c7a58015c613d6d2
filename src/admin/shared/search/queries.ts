import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";

export type SearchAnswer = AnswerOf<"/api/search">;
export type Hit = SearchAnswer["recent"][number];

/** @param q nothing: what was opened last */
export function searchQuery(q: string) {
  return queryOptions({
    queryKey: ["search", q],
    queryFn: async ({ signal }) => {
      const params = { query: q === "" ? {} : { q } };
      return (await ask(() => api.GET("/api/search", { params, signal }))).body;
    },
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
}

/** The card of a number. Never by a query: its cache would keep the number. */
export async function lookUpCard(pan: string): Promise<string> {
  return (await ask(() => api.POST("/api/cards/lookup", { body: { pan } }))).body.cardId;
}
