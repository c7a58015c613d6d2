import type { BadLine } from "../../../engine/imports/records.ts";

/** What files have in common whose lines are taken each by itself: an outcome for each. */

interface LineOutcome<Outcome extends string> {
  readonly line: number;
  readonly outcome: Outcome;
  /** `/line/column`; null where nothing is amiss. */
  readonly pointer: string | null;
  readonly message: string | null;
}

export function countIn<Outcome extends string>(
  lines: readonly LineOutcome<Outcome>[],
): (wanted: Outcome) => number {
  return (wanted) => lines.filter(({ outcome }) => outcome === wanted).length;
}

/** Those that were refused, as the import's report has them. */
export function badLinesOf(lines: readonly LineOutcome<string>[]): readonly BadLine[] {
  return lines.flatMap(({ line, pointer, message }) => {
    if (message === null) return [];
    return [{ line, field: pointer?.split("/")[2] ?? null, message }];
  });
}
