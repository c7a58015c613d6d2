import { useState } from "react";
import type { Column } from "./columns.ts";

export interface ChosenColumns<Row> {
  readonly shown: readonly Column<Row>[];
  readonly isShown: (id: string) => boolean;
  readonly show: (id: string, shown: boolean) => void;
  readonly reset: () => void;
}

/** Which columns of a list somebody sees, kept on this computer. @param linked as a link says it: ids, separated by commas */
export function useColumns<Row>(
  list: string,
  columns: readonly Column<Row>[],
  linked: string | undefined,
): ChosenColumns<Row> {
  const key = `admittance.columns.${list}`;
  const [own, setOwn] = useState(() => localStorage.getItem(key));
  const ids = (linked ?? own)?.split(",") ?? null;
  const isShown = (id: string): boolean =>
    ids === null ? columns.some((column) => column.id === id && column.isExtra !== true) : ids.includes(id);
  const keep = (value: string | null): void => {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    setOwn(value);
  };
  return {
    // The first one leads to the row's page: it is always there.
    shown: columns.filter(({ id }, index) => index === 0 || isShown(id)),
    isShown,
    show: (id, shown) =>
      keep(
        columns
          .filter((column) => (column.id === id ? shown : isShown(column.id)))
          .map((column) => column.id)
          .join(","),
      ),
    reset: () => keep(null),
  };
}
