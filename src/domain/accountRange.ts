import { isSchemesNumber } from "./cardNumbers.ts";

/**
 * Account ranges: which issuer, ICA, country and product a card number belongs to. Bounds are 19
 * digits, `low` filled up with 0 and `high` with 9, both included, so that 6- and 8-digit BINs and
 * ranges of any length live side by side. The narrowest range that contains a number describes it.
 */

/** What the issuer's scheme says of a card, and an event may keep. */
export interface Issuer {
  readonly ica: string;
  readonly issuerName: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  /** The scheme's product code, for example `WLE`. */
  readonly productCode: string;
  readonly productName: string | null;
}

export interface Bounds {
  /** 19 digits each. */
  readonly low: string;
  readonly high: string;
}

export interface AccountRange extends Bounds {
  readonly issuer: Issuer;
}

export const RANGE_DIGITS = 19;

/** Bounds of 1 to 19 digits, filled up to 19. */
export function padBounds(low: string, high: string): Bounds {
  return { low: low.padEnd(RANGE_DIGITS, "0"), high: high.padEnd(RANGE_DIGITS, "9") };
}

/** A card number as the bounds are compared with it. */
export function padPan(pan: string): string {
  return pan.padEnd(RANGE_DIGITS, "0");
}

/** `low-high`: how evidence names a range. */
export function rangeKey(bounds: Bounds): string {
  return `${bounds.low}-${bounds.high}`;
}

/**
 * True for bounds so narrow that they name one card of 16 digits or a part of one: such a range
 * would be a card number in disguise, and is refused wherever ranges come in.
 */
export function namesOneCard(bounds: Bounds): boolean {
  return BigInt(bounds.high) - BigInt(bounds.low) < 1_000n;
}

/** True where a bound holds a scheme's number to its last digits. For what is typed in: what is stored may be older. */
export function saysCardNumber(bounds: Bounds): boolean {
  return boundHoldsNumber(bounds.low, "0") || boundHoldsNumber(bounds.high, "9");
}

/** A bound that ends in three of what bounds are filled with is none, whatever its check digit says. */
function boundHoldsNumber(bound: string, fill: string): boolean {
  for (let start = 0; start + SHORTEST_NUMBER <= bound.length; start++) {
    for (let end = start + SHORTEST_NUMBER; end <= bound.length; end++) {
      const number = bound.slice(start, end);
      if (!number.endsWith(fill.repeat(3)) && isSchemesNumber(number)) return true;
    }
  }
  return false;
}

/** Shorter ones, of schemes that are gone, would refuse ranges of twelve digits. */
const SHORTEST_NUMBER = 15;

/** Ranges cut into pieces that don't overlap, each knowing its narrowest range; looked up by bisection. */
export interface AccountRangeIndex {
  readonly size: number;
  /** The narrowest range that contains the number, or null. `pan` has 12 to 19 digits. */
  find(pan: string): AccountRange | null;
  /** Stretches that don't overlap, ascending, each with the narrowest range that contains it; what no range holds is left out. */
  pieces(): readonly Piece[];
}

/** A stretch of numbers that are all described by one range. */
export interface Piece extends Bounds {
  readonly issuer: Issuer;
}

/**
 * Builds the index. Of two ranges with the same bounds the later in the list wins, and so does the
 * later of two that are equally narrow.
 */
export function indexAccountRanges(ranges: readonly AccountRange[]): AccountRangeIndex {
  const starts: string[] = [];
  const owners: (AccountRange | null)[] = [];
  const byLow = ranges
    .map((range, order) => ({ range, order, width: BigInt(range.high) - BigInt(range.low) }))
    .sort((a, b) => compare(a.range.low, b.range.low));
  const boundaries = [...new Set(ranges.flatMap((range) => [range.low, successor(range.high)]))].sort(
    compare,
  );
  const open = new NarrowestFirst();
  let next = 0;
  for (const boundary of boundaries) {
    for (
      let entry = byLow[next];
      entry !== undefined && entry.range.low === boundary;
      entry = byLow[++next]
    ) {
      open.push(entry);
    }
    const owner = open.narrowestAt(boundary);
    if (owners.at(-1) === owner) continue;
    starts.push(boundary);
    owners.push(owner);
  }
  return {
    size: ranges.length,
    find(pan) {
      const number = padPan(pan);
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((starts[middle] ?? "") <= number) low = middle + 1;
        else high = middle;
      }
      return owners[low - 1] ?? null;
    },
    pieces: () =>
      owners.flatMap((owner, i) => {
        const [low, next] = [starts[i], starts[i + 1]];
        // What ends stands before what comes next: the last stretch belongs to nobody.
        return owner === null || low === undefined || next === undefined
          ? []
          : [{ low, high: predecessor(next), issuer: owner.issuer }];
      }),
  };
}

interface Entry {
  readonly range: AccountRange;
  readonly order: number;
  readonly width: bigint;
}

/** A binary heap; ranges that have ended leave it when they reach the top. */
class NarrowestFirst {
  readonly #heap: Entry[] = [];

  push(entry: Entry): void {
    this.#heap.push(entry);
    let child = this.#heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfBefore(child, parent)) break;
      child = parent;
    }
  }

  narrowestAt(boundary: string): AccountRange | null {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.range.high >= boundary) return top.range;
      this.#pop();
    }
    return null;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const child = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(child, parent)) break;
      parent = child;
    }
  }

  #swapIfBefore(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined || !this.#isBefore(a, b)) return false;
    this.#heap[a] = second;
    this.#heap[b] = first;
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined) return false;
    if (second === undefined) return true;
    return first.width < second.width || (first.width === second.width && first.order > second.order);
  }
}

/** The number before a bound. */
export function predecessor(bound: string): string {
  return bound === ":"
    ? "9".repeat(RANGE_DIGITS)
    : (BigInt(bound) - 1n).toString().padStart(RANGE_DIGITS, "0");
}

/** The number after a bound; what sorts after all numbers for the last. */
export function successor(digits: string): string {
  // 20 digits for the one after 9999999999999999999: ":" sorts after every digit.
  return /^9+$/.test(digits) ? ":" : (BigInt(digits) + 1n).toString().padStart(RANGE_DIGITS, "0");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
