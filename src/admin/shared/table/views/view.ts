import { stringifySearch } from "../../../searchParams.ts";
import type { ListSearch } from "../filters.ts";

/** A view that a list comes with. */
export interface GivenView {
  /** For the address. */
  readonly id: string;
  readonly name: string;
  readonly search: ListSearch;
}

export interface ViewsProps {
  readonly list: string;
  readonly search: ListSearch;
  /** The columns that are shown: a view keeps them. */
  readonly columns: readonly string[];
  readonly given: readonly GivenView[];
}

/** Where the address says which view was chosen. */
export const CHOSEN = "view";

const NOT_KEPT: readonly string[] = ["cursor", "do", CHOSEN];

/** A view as it is kept: the list's address without the place in it, its parameters in one order. */
export function viewText(search: ListSearch): string {
  const kept = Object.entries(search).filter(([name]) => !NOT_KEPT.includes(name));
  kept.sort(([one], [other]) => (one < other ? -1 : 1));
  return stringifySearch(Object.fromEntries(kept)).slice(1);
}
