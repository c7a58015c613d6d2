import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../../api/client.ts";
import { queryClient } from "../../../api/queryClient.ts";
import type { Permission } from "../../../api/session.ts";

/** What is named by an id in an address, and by its name to people. */
export type Named = "location" | "merchant" | "ruleset";

export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** Without it nobody is told the names. */
export const WANTED: Readonly<Record<Named, Permission>> = {
  location: "locations:read",
  merchant: "merchants:read",
  ruleset: "rulesets:read",
};

/** What is named at once. */
export const MOST_NAMED = 10;
const STALE_MS = 60_000;

/** The first ones that have this in their names. @param of null: nothing is asked for */
export function namedQuery(of: Named, typed: string, isWanted: boolean) {
  const query = {
    limit: String(MOST_NAMED),
    sort: "name" as const,
    ...(typed === "" ? {} : { name: typed }),
  };
  return queryOptions({
    queryKey: ["named", of, "search", typed],
    queryFn: async (): Promise<readonly NamedThing[]> => {
      const found = await search(of, query);
      for (const thing of found) queryClient.setQueryData(["named", of, "one", thing.id], thing.name);
      return found.map(({ id, name }) => ({ id, name }));
    },
    enabled: isWanted,
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });
}

export function nameQuery(of: Named, id: string) {
  return queryOptions({
    queryKey: ["named", of, "one", id],
    queryFn: async () => await nameOf(of, id),
    staleTime: STALE_MS,
    retry: false,
  });
}

interface NameQuery {
  readonly limit: string;
  readonly sort: "name";
  readonly name?: string;
}

async function search(of: Named, query: NameQuery): Promise<readonly NamedThing[]> {
  const params = { query };
  switch (of) {
    case "location":
      return (await ask(() => api.GET("/api/locations", { params }))).body.items;
    case "merchant":
      return (await ask(() => api.GET("/api/merchants", { params }))).body.items;
    case "ruleset":
      return (await ask(() => api.GET("/api/rulesets", { params }))).body.items;
  }
}

async function nameOf(of: Named, id: string): Promise<string> {
  const params = { path: { id } };
  switch (of) {
    case "location":
      return (await ask(() => api.GET("/api/locations/{id}", { params }))).body.name;
    case "merchant":
      return (await ask(() => api.GET("/api/merchants/{id}", { params }))).body.name;
    case "ruleset":
      return (await ask(() => api.GET("/api/rulesets/{id}", { params }))).body.name;
  }
}
