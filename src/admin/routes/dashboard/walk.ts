/** A chart's parts in reading order: the row and the column of each. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads from one of the spots; null: it is none of the chart's keys. */
export function walked(spots: readonly Spot[], at: number, key: string, toEnds: boolean): number | null {
  const here = spots[at];
  if (here === undefined) return null;
  const row = spots.flatMap((spot, index) => (spot.row === here.row ? [index] : []));
  const last = spots.length - 1;
  const ways: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => Math.max(0, at - 1),
    ArrowRight: () => Math.min(last, at + 1),
    ArrowUp: () => nearest(spots, here, Math.max(-1, ...rowsOf(spots, (one) => one < here.row))) ?? at,
    ArrowDown: () =>
      nearest(spots, here, Math.min(Infinity, ...rowsOf(spots, (one) => one > here.row))) ?? at,
    Home: () => (toEnds ? 0 : (row[0] ?? at)),
    End: () => (toEnds ? last : (row.at(-1) ?? at)),
  };
  return ways[key]?.() ?? null;
}

function rowsOf(spots: readonly Spot[], isThere: (row: number) => boolean): readonly number[] {
  return spots.map(({ row }) => row).filter(isThere);
}

function nearest(spots: readonly Spot[], { column }: Spot, row: number): number | null {
  const far = (index: number): number => Math.abs((spots[index]?.column ?? 0) - column);
  return spots.reduce<number | null>(
    (best, spot, index) => (spot.row === row && (best === null || far(index) < far(best)) ? index : best),
    null,
  );
}
