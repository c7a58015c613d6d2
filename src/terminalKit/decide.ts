import type { Terms } from "./listShape.ts";
import type { AccountRangeList } from "./lists.ts";
import { type NamedCard, placesOfNamed } from "./whitelist.ts";

/** A terminal's own decision while its line is down. Pure: list, counts and time come in. */

/** Entries that this terminal has let in by itself within the last 24 hours, this one not among them. */
export interface LetIn {
  /** Of the card that asks. */
  readonly ofCard: number;
  /** Under the terms that are asked about, of all cards. */
  readonly underRuleset: (rulesetId: string) => number;
}

export const OFFLINE_REFUSALS = [
  /** No list, or it has run out. */
  "NO_LIST",
  /** The number is none: 12 to 19 digits with a right check digit are wanted. */
  "NO_CARD_NUMBER",
  /** No range of the list holds it, no whitelist names it, or nothing that would let it in is in force. */
  "NOT_LISTED",
  "CAP_OF_CARD",
  "CAP_OF_TERMINAL",
] as const;
export type OfflineRefusal = (typeof OFFLINE_REFUSALS)[number];

/** By which list a card was let in, as a report says it. */
export type OfflineMode = "BIN_RANGE" | "WHITELIST";

export type OfflineDecision =
  | {
      readonly kind: "admitted";
      readonly mode: OfflineMode;
      readonly listVersion: string;
      readonly terms: Terms;
    }
  | { readonly kind: "refused"; readonly why: OfflineRefusal; readonly listVersion: string | null };

/** By account ranges alone. Among several terms that are in force the first counts whose caps are not reached. */
export function decideOffline(
  list: AccountRangeList | null,
  pan: string,
  now: number,
  letIn: LetIn,
): OfflineDecision {
  return decideBy("BIN_RANGE", list, pan, now, letIn, (own) => placesOf(own, pan));
}

/** What a terminal has: the card as its whitelist names it is looked up before, by `nameCard`. */
export interface Lists {
  readonly ranges: AccountRangeList | null;
  readonly named: NamedCard | null;
}

/** By account ranges, then by the whitelist. If neither lets the card in, it is said what stopped it last. */
export function decideByLists(
  { ranges, named }: Lists,
  pan: string,
  now: number,
  letIn: LetIn,
): OfflineDecision {
  const byRange = decideOffline(ranges, pan, now, letIn);
  if (byRange.kind === "admitted" || byRange.why === "NO_CARD_NUMBER") return byRange;
  const list = named?.whitelist ?? null;
  const byName = decideBy("WHITELIST", list, pan, now, letIn, () => placesOfNamed(named, now));
  if (byName.kind === "admitted") return byName;
  return HOW_FAR[byName.why] >= HOW_FAR[byRange.why] ? byName : byRange;
}

/** How far a card came before it was refused. */
const HOW_FAR: Readonly<Record<OfflineRefusal, number>> = {
  NO_LIST: 0,
  NO_CARD_NUMBER: 0,
  NOT_LISTED: 1,
  CAP_OF_CARD: 2,
  CAP_OF_TERMINAL: 2,
};

/** What lists have in common. */
interface TermsList {
  readonly version: string;
  readonly validUntil: number;
  readonly terms: readonly Terms[];
}

function decideBy<List extends TermsList>(
  mode: OfflineMode,
  list: List | null,
  pan: string,
  now: number,
  letIn: LetIn,
  placesIn: (list: List) => readonly number[],
): OfflineDecision {
  if (!isCardNumber(pan)) return { kind: "refused", why: "NO_CARD_NUMBER", listVersion: null };
  if (list === null || now >= list.validUntil) return { kind: "refused", why: "NO_LIST", listVersion: null };
  const listVersion = list.version;
  const refuse = (why: OfflineRefusal): OfflineDecision => ({ kind: "refused", why, listVersion });
  let reached: OfflineRefusal = "NOT_LISTED";
  for (const place of placesIn(list)) {
    const terms = list.terms[place];
    if (terms === undefined || !isInForce(terms, now)) continue;
    if (terms.perCardAndDay !== null && letIn.ofCard >= terms.perCardAndDay) {
      reached = "CAP_OF_CARD";
    } else if (
      terms.perTerminalAndDay !== null &&
      letIn.underRuleset(terms.ruleset.id) >= terms.perTerminalAndDay
    ) {
      reached = "CAP_OF_TERMINAL";
    } else {
      return { kind: "admitted", mode, listVersion, terms };
    }
  }
  return refuse(reached);
}

export interface GuestCounts {
  readonly adults: number;
  readonly children: number;
  /** Under the free age: they count nowhere. */
  readonly freeChildren: number;
}

/** Whether so many guests may come along. */
export function mayBring({ guests }: Terms, { adults, children, freeChildren }: GuestCounts): boolean {
  return (
    adults <= guests.adults.max &&
    children <= guests.children.max &&
    adults + children <= guests.max &&
    (freeChildren === 0 || guests.freeUnderAge !== null)
  );
}

/** The places in `terms` of the range that holds the number, found by bisection. */
function placesOf({ ranges }: AccountRangeList, pan: string): readonly number[] {
  const number = pan.padEnd(19, "0");
  let [first, end] = [0, ranges.length];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if ((ranges[middle]?.[0] ?? "") <= number) first = middle + 1;
    else end = middle;
  }
  const range = ranges[first - 1];
  return range !== undefined && number <= range[1] ? range[2] : [];
}

function isInForce({ from, to }: Pick<Terms, "from" | "to">, now: number): boolean {
  return (from === null || Date.parse(from) <= now) && (to === null || now < Date.parse(to));
}

/** 12 to 19 digits with the check digit of ISO/IEC 7812-1, annex B. */
export function isCardNumber(pan: string): boolean {
  if (!/^\d{12,19}$/.test(pan)) return false;
  let sum = 0;
  for (let i = 0; i < pan.length; i++) {
    const digit = Number(pan.at(-1 - i));
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
