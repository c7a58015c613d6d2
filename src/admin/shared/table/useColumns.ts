import { usePreferences } from "../page/preferencesContext.ts";
import type { Column } from "./columns.ts";

export interface ChosenColumns<Row> {
  readonly shown: readonly Column<Row>[];
  readonly isShown: (id: string) => boolean;
  readonly show: (id: string, shown: boolean) => void;
  readonly reset: () => void;
}

/** Which columns of a list somebody sees, as the server keeps it. @param linked as a link says it: ids, separated by commas */
export function useColumns<Row>(
  list: string,
  columns: readonly Column<Row>[],
  linked: string | undefined,
): ChosenColumns<Row> {
  const { preferences, change } = usePreferences();
  const { [list]: own, ...others } = preferences.columns;
  const ids = linked?.split(",") ?? own ?? null;
  const isShown = (id: string): boolean =>
    ids === null ? columns.some((column) => column.id === id && column.isExtra !== true) : ids.includes(id);
  return {
    // The first one leads to the row's page: it is always there.
    shown: columns.filter(({ id }, index) => index === 0 || isShown(id)),
    isShown,
    show: (id, shown) =>
      change({
        columns: {
          ...others,
          [list]: columns
            .filter((column) => (column.id === id ? shown : isShown(column.id)))
            .map((column) => column.id),
        },
      }),
    reset: () => change({ columns: others }),
  };
}
