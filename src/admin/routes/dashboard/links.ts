import { type ListSearch, valuesOf } from "../../shared/table/filters.ts";
import { SHARED_FILTERS } from "./filters.ts";

/** Everything but refused. */
export const GRANTED = ["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REVERSED"];

/** The list of operations of which a number of the dashboard is the total. */
export function listOf(
  search: ListSearch,
  { from, to }: { readonly from: string; readonly to: string },
  more: ListSearch,
): Record<string, string | readonly string[]> {
  const shared = Object.fromEntries(
    SHARED_FILTERS.flatMap((name) => {
      const values = valuesOf(search, name);
      return values.length === 0 ? [] : [[name, values] as const];
    }),
  );
  const own = Object.fromEntries(
    Object.entries(more).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  return { ...shared, from, to, ...own };
}
