import { api, ask } from "../../api/client.ts";
import { csvOf } from "../../api/csv.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type AccountRange = ItemOf<"/api/account-ranges">;

export function accountRangesQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<AccountRange> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["accountRanges", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/account-ranges", { params: { query } }))).body,
  };
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function importRanges(file: File, intent: string | null) {
  const { body } = await ask(() => api.POST("/api/account-ranges/import", csvOf(file, intent)));
  return body;
}
