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

/** What an upload would come to. */
export function previewQuery(kind: Terms["kind"], validFrom: string) {
  return queryOptions({
    queryKey: ["terms", "preview", kind, validFrom],
    queryFn: async () =>
      (await ask(() => api.GET("/api/terms/preview", { params: { query: { kind, validFrom } } }))).body,
  });
}

export interface Upload {
  readonly kind: Terms["kind"];
  readonly validFrom: string;
  readonly file: File;
}

/** @returns the document, and whether it is new */
export async function uploadTerms(
  { file, kind, validFrom }: Upload,
  intent: string,
): Promise<{ readonly document: Terms; readonly isNew: boolean }> {
  let isNew = false;
  const { body } = await ask(async () => {
    const answer = await api.POST("/api/terms", {
      params: { query: { kind, validFrom }, header: { "Idempotency-Key": intent } },
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
