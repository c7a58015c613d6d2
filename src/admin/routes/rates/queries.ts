import type { ItemOf } from "../../api/answerOf.ts";
import { api, ask } from "../../api/client.ts";
import { csvOf } from "../../api/csv.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Rate = ItemOf<"/api/rates">;

export function ratesQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Rate> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["rates", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/rates", { params: { query } }))).body,
  };
}

/** Sends the file, to where its form is taken. @param intent for `Idempotency-Key`; null: a dry run */
export async function importRates(file: File, intent: string | null) {
  const type = await ecbTypeOf(file);
  if (type === null) {
    const { body } = await ask(() => api.POST("/api/rates/import", csvOf(file, intent)));
    return { ...body, leftOut: [] };
  }
  const { headers: _csv, ...sending } = csvOf(file, intent);
  const headers = { "content-type": type };
  return (await ask(() => api.POST("/api/rates/ecb", { ...sending, headers }))).body;
}

/** Of a file as the European Central Bank publishes it, by how it begins; null for another. */
async function ecbTypeOf(file: File): Promise<string | null> {
  const start = await file.slice(0, 64).text();
  if (start.startsWith("PK")) return "application/zip";
  if (start.trimStart().startsWith("<")) return "application/xml";
  return /^\ufeff?Date,/.test(start) ? "text/csv" : null;
}

export const ratePullQuery = {
  queryKey: ["rates", "pull"],
  queryFn: async () => (await ask(() => api.GET("/api/rates/pull"))).body,
};

export async function pullRatesNow() {
  return (await ask(() => api.POST("/api/rates/pull"))).body;
}
