import type { ReactNode } from "react";

/** A column of a list. */
export interface Column<Row> {
  /** Its name in the URL (`cols`). */
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  /** Not shown until somebody chooses it. */
  readonly isExtra?: boolean;
  /** The value of `sort` by which the API sorts by it; absent: it can't. */
  readonly sort?: { readonly ascending: string; readonly descending: string };
}

/** Where a row leads. */
export interface RowLink {
  readonly to: string;
  readonly params: Readonly<Record<string, string>>;
}
