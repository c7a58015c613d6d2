import { queryOptions } from "@tanstack/react-query";
import type { ItemOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Adjustment = ItemOf<"/api/adjustments">;
export type BalanceImport = ItemOf<"/api/opening-balances">;

/** What waits, unless the filters say otherwise. */
export function adjustmentsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Adjustment> {
  const { sort: _sort, ...query } = listQueryOf({ ...search, status: search["status"] ?? "OPEN" }, filters);
  return {
    queryKey: ["adjustments", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/adjustments", { params: { query } }))).body,
  };
}

export function adjustmentQuery(id: string) {
  return queryOptions({
    queryKey: ["adjustments", "one", id],
    queryFn: async () =>
      (await ask(() => api.GET("/api/adjustments/{id}", { params: { path: { id } } }))).body,
  });
}

/** How many could not be decided. */
export async function decideAdjustments(
  body: {
    readonly adjustmentIds: string[];
    readonly decision: "APPROVED" | "DECLINED";
    readonly reason: string;
  },
  intent: string,
): Promise<number> {
  const params = { header: { "Idempotency-Key": intent } };
  const answer = await ask(() => api.POST("/api/adjustments/decisions", { body, params }));
  return answer.body.items.filter(({ outcome }) => outcome !== "DECIDED").length;
}

export async function withdrawAdjustment(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await ask(() => api.POST("/api/adjustments/{id}/withdraw", { body: {}, params }));
}

export function balanceImportsQuery(search: ListSearch): ListQuery<BalanceImport> {
  const { sort: _sort, ...query } = listQueryOf(search, []);
  return {
    queryKey: ["adjustments", "imports", query],
    queryFn: async () => (await ask(() => api.GET("/api/opening-balances", { params: { query } }))).body,
  };
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function importBalances(file: File, source: string, intent: string | null) {
  const { body } = await ask(() =>
    api.POST("/api/opening-balances", {
      body: "",
      bodySerializer: () => file,
      headers: { "content-type": "text/csv" },
      params:
        intent === null
          ? { query: { source, dryRun: "true" as const } }
          : { query: { source }, header: { "Idempotency-Key": intent } },
    }),
  );
  return body;
}
