import { queryOptions } from "@tanstack/react-query";
import type { ItemOf } from "../../api/answerOf.ts";
import type { paths } from "../../api/schema.d.ts";
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

type Taken = paths["/api/transactions/import"]["post"]["responses"][200]["content"]["application/json"];
export type Reported = Taken & { readonly report: NonNullable<Taken["report"]> };

/** Sends the file, whose bad lines are reported. @param intent for `Idempotency-Key`; null: a dry run */
export async function importTransactions(file: File, intent: string | null): Promise<Reported> {
  const { params, ...sending } = csvOf(file, intent);
  const query = { ...params.query, badLines: "report" as const };
  const isNdjson = /\.(ndjson|jsonl)$/i.test(file.name);
  const { body } = await ask(() =>
    api.POST("/api/transactions/import", {
      ...sending,
      headers: { "content-type": isNdjson ? "application/x-ndjson" : "text/csv" },
      params: { ...params, query },
    }),
  );
  const { report } = body;
  if (report === undefined) throw new TypeError("a report was asked for");
  return { ...body, report };
}

const LOOK_MS = 1_000;

/** How far the import is that was begun with this intent; null before it is. */
export function progressQuery(intent: string) {
  return queryOptions({
    queryKey: ["imports", "progress", intent],
    queryFn: async () => {
      const query = { idempotencyKey: intent };
      const { body } = await ask(() => api.GET("/api/imports", { params: { query } }));
      return body.items[0] ?? null;
    },
    refetchInterval: LOOK_MS,
  });
}

export const pullQuery = {
  queryKey: ["transactions", "pull"],
  queryFn: async () => (await ask(() => api.GET("/api/transactions/pull"))).body,
};

export async function pullNow() {
  return (await ask(() => api.POST("/api/transactions/pull"))).body;
}
