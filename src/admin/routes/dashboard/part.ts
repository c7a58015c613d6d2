import type { ListSearch } from "../../shared/table/filters.ts";
import type { Dashboard } from "./queries.ts";

/** What each part of the dashboard is made of. */
export interface PartProps {
  readonly data: Dashboard;
  readonly search: ListSearch;
}

/** As `34%`; a dash for none of nothing. */
export function percentOf(part: number, whole: number, language: string): string {
  if (whole === 0) return "–";
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(part / whole);
}
