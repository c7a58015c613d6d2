/** A value in a cell: numbers are counts; everything else, ids among it, is text. */
export type Cell = string | number | null;
