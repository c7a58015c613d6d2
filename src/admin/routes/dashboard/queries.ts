import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import { type Filter, isSeveral, type ListSearch, sortOut, valueOf } from "../../shared/table/filters.ts";

export type Dashboard = AnswerOf<"/api/dashboard">;

const REFRESH_MS = 30_000;

/** @param zone in which days are cut where the address names none */
export function dashboardQuery(search: ListSearch, filters: readonly Filter[], zone: string) {
  const query = {
    tz: zone,
    ...Object.fromEntries(
      sortOut(search, filters).active.map(({ filter, values }) => [
        filter.name,
        isSeveral(filter) ? [...values] : (values[0] ?? ""),
      ]),
    ),
    ...(valueOf(search, "compare") === "true" ? { compare: "true" as const } : {}),
    ...(valueOf(search, "hoursIn") === "TZ" ? { hoursIn: "TZ" as const } : {}),
  };
  return queryOptions({
    queryKey: ["dashboard", query],
    queryFn: async () => (await ask(() => api.GET("/api/dashboard", { params: { query } }))).body,
    refetchInterval: REFRESH_MS,
  });
}
