import type { ShownView } from "../../../../domain/user/preferences.ts";
import { parseSearch } from "../../../searchParams.ts";
import { type ListSearch, valueOf } from "../filters.ts";
import { CHOSEN, type GivenView, viewText } from "./view.ts";

/** The view that a list shows, or showed before something of it was changed. */
export interface ChosenView {
  readonly name: string;
  /** As it is kept; null for one that the list comes with. */
  readonly kept: ShownView | null;
  /** Where it leads. */
  readonly search: ListSearch;
  readonly isModified: boolean;
}

/** By what the address says; else the one that shows the same, as a link to a list may. */
export function chosenView(
  search: ListSearch,
  kept: readonly ShownView[],
  given: readonly GivenView[],
): ChosenView | null {
  const views = [
    ...kept.map((view) => ({ id: view.id, name: view.name, kept: view, search: keptSearch(view) })),
    ...given.map(({ id, name, search: to }) => ({
      id,
      name,
      kept: null,
      search: givenSearch({ id, search: to }),
    })),
  ];
  const shown = viewText(search);
  const said = views.find(({ id }) => id === valueOf(search, CHOSEN));
  const found = said ?? views.find((view) => viewText(view.search) === shown);
  return found === undefined ? null : { ...found, isModified: viewText(found.search) !== shown };
}

export function keptSearch({ id, search }: Pick<ShownView, "id" | "search">): ListSearch {
  return { ...parseSearch(search), [CHOSEN]: id };
}

export function givenSearch({ id, search }: Pick<GivenView, "id" | "search">): ListSearch {
  return { ...search, [CHOSEN]: id };
}
