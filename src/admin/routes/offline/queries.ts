import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import type { ListQuery } from "../../shared/table/listQuery.ts";
import { type Operation, operationsQuery } from "../operations/queries.ts";

export type Decision = "ACCEPTED" | "DISPUTED";

const TO_REVIEW = "WAITING";

/** What waits, unless the filters say otherwise. */
export function queueQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Operation> {
  return operationsQuery({ ...search, review: search["review"] ?? TO_REVIEW }, filters);
}

export const countsQuery = queryOptions({
  queryKey: ["operations", "offline"],
  queryFn: async () => (await ask(() => api.GET("/api/offline"))).body,
});

/** The entry that has waited longest, but for this one; null where nothing else waits. */
export async function nextWaiting(accessId: string): Promise<string | null> {
  const query = { review: ["WAITING" as const], sort: "at" as const, limit: "2" };
  const { body } = await ask(() => api.GET("/api/operations", { params: { query } }));
  return body.items.find((one) => one.accessId !== accessId)?.accessId ?? null;
}

export async function reviewEntries(
  body: { readonly accessIds: string[]; readonly decision: Decision; readonly reason: string },
  intent: string,
): Promise<void> {
  const params = { header: { "Idempotency-Key": intent } };
  await ask(() => api.POST("/api/offline/reviews", { body, params }));
}
