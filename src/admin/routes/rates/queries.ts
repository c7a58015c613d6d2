import type { ItemOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";
import { csvOf } from "../../api/csv.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Rate = ItemOf<"/api/rates">;

export function ratesQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Rate> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["rates", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/rates", { params: { query } }))).body,
  };
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function importRates(file: File, intent: string | null) {
  const { body } = await ask(() => api.POST("/api/rates/import", csvOf(file, intent)));
  return body;
}
