import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Terms = ItemOf<"/api/terms">;

export function termsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Terms> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["terms", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/terms", { params: { query } }))).body,
  };
}

/** Every document, as of now: what an upload would come to is told by them. */
export function allTermsQuery() {
  return queryOptions({
    queryKey: ["terms", "all"],
    queryFn: async () =>
      (await ask(() => api.GET("/api/terms", { params: { query: { limit: "500" } } }))).body.items,
  });
}

export interface Upload {
  readonly kind: Terms["kind"];
  readonly validFrom: string;
  readonly file: File;
}

/** @returns the document, and whether it is new */
export async function uploadTerms(
  { file, ...query }: Upload,
  intent: string,
): Promise<{ readonly document: Terms; readonly isNew: boolean }> {
  let isNew = false;
  const { body } = await ask(async () => {
    const answer = await api.POST("/api/terms", {
      params: { query, header: { "Idempotency-Key": intent } },
      // The document's type of a body that is no JSON is text.
      body: "",
      bodySerializer: () => file,
      headers: { "content-type": "application/pdf" },
    });
    isNew = answer.response.status === 201;
    return answer;
  });
  return { document: body, isNew };
}

export function fileOf({ id }: Pick<Terms, "id">): string {
  return `/api/terms/${id}/file`;
}
