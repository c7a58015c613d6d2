import { queryOptions } from "@tanstack/react-query";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Payment = ItemOf<"/api/payments">;
export type PaymentDetails = AnswerOf<"/api/payments/{id}">;
export type Resolution = PaymentDetails["actions"]["resolve"][number];

const LOOK_MS = 10_000;

/** What is to be reconciled, unless the filters say otherwise. */
export function paymentsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Payment> {
  const { sort: _sort, ...query } = listQueryOf({ ...search, toReconcile: standingOf(search) }, filters);
  return {
    queryKey: ["payments", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/payments", { params: { query } }))).body,
  };
}

function standingOf(search: ListSearch): ListSearch[string] {
  return search["toReconcile"] ?? (search["state"] === undefined ? "true" : undefined);
}

export function paymentQuery(id: string) {
  return queryOptions({
    queryKey: ["payments", "one", id],
    queryFn: async () => await ask(() => api.GET("/api/payments/{id}", { params: { path: { id } } })),
    refetchInterval: LOOK_MS,
  });
}

export async function inquire(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await ask(() => api.POST("/api/payments/{id}/inquiry", { body: {}, params }));
}

export async function resolve(
  id: string,
  body: { readonly outcome: Resolution; readonly reason: string },
  intent: string,
): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await ask(() => api.POST("/api/payments/{id}/resolution", { body, params }));
}
