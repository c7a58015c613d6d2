import { queryOptions } from "@tanstack/react-query";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type ListedImport = ItemOf<"/api/imports">;

/** How often it is asked how far a running one is. */
const LOOK_MS = 2_000;

export function importsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<ListedImport> {
  const { sort: _sort, ...query } = listQueryOf(search, filters);
  return {
    queryKey: ["imports", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/imports", { params: { query } }))).body,
  };
}

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ["imports", "one", id],
    queryFn: async () => (await ask(() => api.GET("/api/imports/{id}", { params: { path: { id } } }))).body,
    refetchInterval: ({ state }) => (state.data?.state === "RUNNING" ? LOOK_MS : false),
  });
}

type Report = Exclude<AnswerOf<"/api/imports/{id}/report">, string>;

export function badLinesQuery(id: string) {
  return queryOptions({
    queryKey: ["imports", "report", id],
    queryFn: async (): Promise<Report> => {
      const { body } = await ask(() => api.GET("/api/imports/{id}/report", { params: { path: { id } } }));
      if (typeof body === "string") throw new TypeError("a report in JSON was asked for");
      return body;
    },
  });
}
