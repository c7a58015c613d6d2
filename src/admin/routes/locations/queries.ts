import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { api, ask, tell } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import type { locationInput } from "../../../domain/location/input.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Location = AnswerOf<"/api/locations/{id}">;
export type LocationInput = z.infer<typeof locationInput>;

export function locationsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Location> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["locations", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/locations", { params: { query } }))).body,
  };
}

export function locationQuery(id: string) {
  return queryOptions({
    queryKey: ["locations", "one", id],
    queryFn: async () => await ask(() => api.GET("/api/locations/{id}", { params: { path: { id } } })),
  });
}

export async function createLocation(body: LocationInput, intent: string): Promise<Location> {
  return (
    await ask(() => api.POST("/api/locations", { body, params: { header: { "Idempotency-Key": intent } } }))
  ).body;
}

export async function changeLocation(
  id: string,
  body: LocationInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
): Promise<Location> {
  const header = { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
  return (await ask(() => api.PUT("/api/locations/{id}", { body, params: { path: { id }, header } }))).body;
}

export async function deleteLocation(id: string, intent: string): Promise<void> {
  await tell(() =>
    api.DELETE("/api/locations/{id}", { params: { path: { id }, header: { "Idempotency-Key": intent } } }),
  );
}

const MOST = "500";

/** Names of locations for choices and labels: the first 500. One question a page, not one a row. */
export function allLocationsQuery() {
  return queryOptions({
    queryKey: ["locations", "all"],
    queryFn: async () => {
      const params = { query: { limit: MOST, sort: "name" as const } };
      return (await ask(() => api.GET("/api/locations", { params }))).body.items;
    },
    staleTime: 60_000,
  });
}
