import { queryOptions } from "@tanstack/react-query";
import { api, ask, tell } from "../../api/client.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Listed = ItemOf<"/api/whitelist">;
export type Upload = ItemOf<"/api/whitelist/uploads">;
export type Delivery = ItemOf<"/api/whitelist/deliveries">;
export type UploadMode = Upload["mode"];

/** Whose list it is, by its id. */
export interface Scope {
  readonly kind: "LOCATION" | "RULESET";
  readonly id: string;
}

function named({ kind, id }: Scope): { readonly rulesetId?: string; readonly locationId?: string } {
  return kind === "RULESET" ? { rulesetId: id } : { locationId: id };
}

export function listedQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Listed> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["whitelist", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/whitelist", { params: { query } }))).body,
  };
}

export function uploadsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Upload> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["whitelist", "uploads", query],
    queryFn: async () => (await ask(() => api.GET("/api/whitelist/uploads", { params: { query } }))).body,
  };
}

export function deliveriesQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Delivery> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["whitelist", "deliveries", query],
    queryFn: async () => (await ask(() => api.GET("/api/whitelist/deliveries", { params: { query } }))).body,
  };
}

const MOST = "500";

/** Names of rules for choices: the first 500. */
export function allRulesetsQuery() {
  return queryOptions({
    queryKey: ["rulesets", "all"],
    queryFn: async () => {
      const params = { query: { limit: MOST, sort: "name" as const } };
      return (await ask(() => api.GET("/api/rulesets", { params }))).body.items;
    },
    staleTime: 60_000,
  });
}

/** Never by a query or a mutation: their caches would keep the number. */
export async function addListed(
  pan: string,
  scope: Scope,
  validity: { readonly validFrom: string | null; readonly validTo: string | null },
): Promise<void> {
  await ask(() => api.POST("/api/whitelist", { body: { pan, ...named(scope), ...validity } }));
}

export async function removeListed(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() => api.DELETE("/api/whitelist/{id}", { params }));
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function uploadList(file: File, scope: Scope, mode: UploadMode, intent: string | null) {
  const query = { ...named(scope), mode };
  const { body } = await ask(() =>
    api.POST("/api/whitelist/uploads", {
      body: "",
      bodySerializer: () => file,
      headers: { "content-type": "text/csv" },
      params:
        intent === null
          ? { query: { ...query, dryRun: "true" as const } }
          : { query, header: { "Idempotency-Key": intent } },
    }),
  );
  return body;
}
