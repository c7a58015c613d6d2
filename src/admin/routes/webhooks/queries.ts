import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import { tell } from "../../api/client.ts";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";
import type { WebhookInput } from "../../../domain/webhook/input.ts";

export type Webhook = AnswerOf<"/api/webhooks/{id}">;
export type Delivery = ItemOf<"/api/webhooks/{id}/deliveries">;

export function webhooksQuery(search: ListSearch): ListQuery<Webhook> {
  const query = listQueryOf(search, []);
  return {
    queryKey: ["webhooks", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/webhooks", { params: { query } }))).body,
  };
}

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ["webhooks", "one", id],
    queryFn: async () => await ask(() => api.GET("/api/webhooks/{id}", { params: { path: { id } } })),
  });
}

export function deliveriesQuery(
  id: string,
  search: ListSearch,
  filters: readonly Filter[],
): ListQuery<Delivery> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["webhooks", "deliveries", id, query],
    queryFn: async () =>
      (await ask(() => api.GET("/api/webhooks/{id}/deliveries", { params: { path: { id }, query } }))).body,
  };
}

const headerOf = (intent: string) => ({ "Idempotency-Key": intent });

/** With the secret, this once. */
export async function createWebhook(body: WebhookInput, intent: string) {
  return (await ask(() => api.POST("/api/webhooks", { body, params: { header: headerOf(intent) } }))).body;
}

export async function changeWebhook(
  id: string,
  body: WebhookInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
) {
  const header = { ...headerOf(intent), ...(etag === null ? {} : { "If-Match": etag }) };
  return (await ask(() => api.PUT("/api/webhooks/{id}", { body, params: { path: { id }, header } }))).body;
}

export async function rotateSecret(id: string, intent: string): Promise<string> {
  const params = { path: { id }, header: headerOf(intent) };
  return (await ask(() => api.POST("/api/webhooks/{id}/rotate-secret", { params }))).body.secret;
}

export async function enableWebhook(id: string, intent: string): Promise<void> {
  await ask(() =>
    api.POST("/api/webhooks/{id}/enable", { params: { path: { id }, header: headerOf(intent) } }),
  );
}

export async function disableWebhook(id: string, reason: string, intent: string): Promise<void> {
  const params = { path: { id }, header: headerOf(intent) };
  await ask(() => api.POST("/api/webhooks/{id}/disable", { params, body: { reason } }));
}

export async function deleteWebhook(id: string, intent: string): Promise<void> {
  await tell(() => api.DELETE("/api/webhooks/{id}", { params: { path: { id }, header: headerOf(intent) } }));
}

export async function testWebhook(id: string, intent: string): Promise<void> {
  await ask(() =>
    api.POST("/api/webhooks/{id}/test", { params: { path: { id }, header: headerOf(intent) } }),
  );
}

export async function replayWebhook(id: string, from: string, intent: string): Promise<void> {
  const params = { path: { id }, header: headerOf(intent) };
  await ask(() => api.POST("/api/webhooks/{id}/replay", { params, body: { from } }));
}

export async function resend(id: string, deliveryId: string, intent: string): Promise<void> {
  const params = { path: { id, deliveryId }, header: headerOf(intent) };
  await ask(() => api.POST("/api/webhooks/{id}/deliveries/{deliveryId}/resend", { params }));
}
