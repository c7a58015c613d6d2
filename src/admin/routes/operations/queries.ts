import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Operation = ItemOf<"/api/operations">;
export type OperationDetails = AnswerOf<"/api/operations/{accessId}">;

export function operationsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Operation> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["operations", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/operations", { params: { query } }))).body,
  };
}

export function operationQuery(accessId: string) {
  return queryOptions({
    queryKey: ["operations", "one", accessId],
    queryFn: async () =>
      await ask(() => api.GET("/api/operations/{accessId}", { params: { path: { accessId } } })),
  });
}

export type SpendEvidence = AnswerOf<"/api/operations/{accessId}/transactions">["rulesets"][number];

/** What a decision counted of the card's spend; it was decided once, and is asked for once. */
export function spendQuery(accessId: string) {
  return queryOptions({
    queryKey: ["operations", "one", accessId, "transactions"],
    queryFn: async () => {
      const params = { path: { accessId } };
      return (await ask(() => api.GET("/api/operations/{accessId}/transactions", { params }))).body.rulesets;
    },
  });
}

export interface ReversalInput {
  readonly reason: string | null;
  readonly guests: { adults: number; children: number; freeChildren: number } | null;
}

export async function reverseOperation(
  accessId: string,
  body: ReversalInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
): Promise<void> {
  const header = { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
  const params = { path: { accessId }, header };
  await ask(() => api.POST("/api/operations/{accessId}/reversal", { body, params }));
}
