import { queryOptions } from "@tanstack/react-query";
import { api, ask, tell } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Merchant = AnswerOf<"/api/merchants/{id}">;

export interface MerchantInput {
  readonly name: string;
}

const MOST = "500";

export function merchantsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Merchant> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["merchants", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/merchants", { params: { query } }))).body,
  };
}

/** Names of merchants for choices: the first 500. */
export function allMerchantsQuery() {
  return queryOptions({
    queryKey: ["merchants", "all"],
    queryFn: async () => {
      const params = { query: { limit: MOST, sort: "name" as const } };
      return (await ask(() => api.GET("/api/merchants", { params }))).body.items;
    },
    staleTime: 60_000,
  });
}

export function merchantQuery(id: string) {
  return queryOptions({
    queryKey: ["merchants", "one", id],
    queryFn: async () => await ask(() => api.GET("/api/merchants/{id}", { params: { path: { id } } })),
  });
}

export async function createMerchant(body: MerchantInput, intent: string): Promise<Merchant> {
  const params = { header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/merchants", { body, params }))).body;
}

export async function changeMerchant(
  id: string,
  body: MerchantInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
): Promise<Merchant> {
  const header = { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
  return (await ask(() => api.PUT("/api/merchants/{id}", { body, params: { path: { id }, header } }))).body;
}

export async function deleteMerchant(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() => api.DELETE("/api/merchants/{id}", { params }));
}
