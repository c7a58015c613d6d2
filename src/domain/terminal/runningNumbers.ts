/** Which of a terminal's running numbers have come: stretches that neither overlap nor touch, ascending. */
export type Stretch = readonly [from: number, to: number];

/** So many gaps are remembered; of a terminal that has more the oldest count as closed. */
const MOST_STRETCHES = 5_000;

/** Of the numbers that never came so many stretches are shown, to terminals and to people. */
export const MOST_GAPS_SHOWN = 100;

/** With these numbers in it. */
export function withNumbers(known: readonly Stretch[], numbers: readonly number[]): readonly Stretch[] {
  const all = [...known, ...numbers.map((one): Stretch => [one, one])].sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of all) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  if (joined.length <= MOST_STRETCHES) return joined;
  const dropped = joined.length - MOST_STRETCHES;
  return [[1, joined[dropped]?.[1] ?? 1], ...joined.slice(dropped + 1)];
}

export function isKnownNumber(known: readonly Stretch[], number: number): boolean {
  return known.some(([from, to]) => from <= number && number <= to);
}

/** Those that never came, from 1 up to the highest that did. */
export function missingNumbers(
  known: readonly Stretch[],
): readonly { readonly from: number; readonly to: number }[] {
  let next = 1;
  return known.flatMap(([from, to]) => {
    const gap = from > next ? [{ from: next, to: from - 1 }] : [];
    next = to + 1;
    return gap;
  });
}
