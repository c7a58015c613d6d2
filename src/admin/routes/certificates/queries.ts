import type { ItemOf } from "../../api/answerOf.ts";
import { api, ask, tell } from "../../api/client.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Certificate = ItemOf<"/api/certificates">;

export function certificatesQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Certificate> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["certificates", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/certificates", { params: { query } }))).body,
  };
}

export async function revokeCertificate(id: string, reason: string | null, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() => api.POST("/api/certificates/{id}/revoke", { body: { reason }, params }));
}
