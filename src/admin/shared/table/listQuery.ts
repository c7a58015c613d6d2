import { queryClient } from "../../api/queryClient.ts";
import { type Filter, isSeveral, type ListSearch, sortOut, valueOf } from "./filters.ts";

export const DEFAULT_LIMIT = "50";

/** What a list asks the API for: the filters that hold, the order, and the place in it. Null names nothing. */
export function listQueryOf(
  search: ListSearch,
  filters: readonly Filter[],
): Record<string, string | string[]> {
  const { active } = sortOut(search, filters);
  const own = ["sort", "cursor"].flatMap((name) => {
    const value = valueOf(search, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    limit: valueOf(search, "limit") ?? DEFAULT_LIMIT,
    ...Object.fromEntries(own),
    ...Object.fromEntries(
      active.map(({ filter, values }) => [filter.name, isSeveral(filter) ? [...values] : (values[0] ?? "")]),
    ),
  };
}

export interface ListAnswer<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
  /** Of a list that can be read towards its beginning. */
  readonly prevCursor?: string | null;
  readonly total: number;
  readonly totalExact: boolean;
}

/** A page of a list, as it is asked for. */
export interface ListQuery<Row> {
  readonly queryKey: readonly unknown[];
  readonly queryFn: () => Promise<ListAnswer<Row>>;
}

/** For a route's loader: the rows are asked for beside the page's own code, and the page shows what is there, errors too. */
export function prefetchList<Row>(query: ListQuery<Row>): void {
  queryClient.query({ ...query, staleTime: LIST_STALE_MS }).catch(() => undefined);
}

export const LIST_STALE_MS = 10_000;
