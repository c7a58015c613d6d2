import { api, ask } from "../../api/client.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type AccountRange = ItemOf<"/api/account-ranges">;

export function accountRangesQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<AccountRange> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["accountRanges", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/account-ranges", { params: { query } }))).body,
  };
}

/** What a file would be, or was. */
export interface Import {
  readonly added: number;
  readonly replaced: number;
  readonly differs: readonly LineError[];
}

/** `pointer` is `/line/column`. */
export interface LineError {
  readonly pointer: string;
  readonly message: string;
}

/** Sends the file. @param intent for `Idempotency-Key`; null: a dry run */
export async function importFile(file: File, intent: string | null): Promise<Import> {
  const body = await file.text();
  const params =
    intent === null ? { query: { dryRun: "true" as const } } : { header: { "Idempotency-Key": intent } };
  const answer = await ask(() =>
    api.POST("/api/account-ranges/import", {
      body,
      params,
      bodySerializer: (text) => text,
      headers: { "content-type": "text/csv" },
    }),
  );
  return answer.body;
}
