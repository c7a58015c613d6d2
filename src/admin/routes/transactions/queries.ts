import type { ItemOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";
import { csvOf } from "../../api/csv.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Transaction = ItemOf<"/api/transactions">;

export function transactionsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Transaction> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["transactions", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/transactions", { params: { query } }))).body,
  };
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function importTransactions(file: File, intent: string | null) {
  const { body } = await ask(() => api.POST("/api/transactions/import", csvOf(file, intent)));
  return body;
}

export const pullQuery = {
  queryKey: ["transactions", "pull"],
  queryFn: async () => (await ask(() => api.GET("/api/transactions/pull"))).body,
};

export async function pullNow() {
  return (await ask(() => api.POST("/api/transactions/pull"))).body;
}
