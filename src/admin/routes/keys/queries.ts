import type { z } from "zod";
import type { keyInput } from "../../../domain/key/input.ts";
import { api, ask, tell } from "../../api/client.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Key = ItemOf<"/api/keys">;
export type KeyInput = z.output<typeof keyInput>;

export function keysQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Key> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["keys", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/keys", { params: { query } }))).body,
  };
}

/** The key itself, this once. */
export async function createKey(body: KeyInput, intent: string): Promise<string> {
  const params = { header: { "Idempotency-Key": intent } };
  return (await ask(() => api.POST("/api/keys", { body, params }))).body.key;
}

export async function deleteKey(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() => api.DELETE("/api/keys/{id}", { params }));
}
