/**
 * What may be wrong with an entry that was let in while the line was down. Each follows from the reports and from what was
 * decided online, whatever came first. Listed in the order in which they are shown.
 */
export const OFFLINE_FLAGS = [
  /** The card's limit under the ruleset was used up, or there were more guests than it lets in. */
  "OVER_LIMIT",
  /** The programme's budget was used up at that time. */
  "BUDGET_EXCEEDED",
  /** The card had been at this place within its cooldown. */
  "IN_COOLDOWN",
  /** More than the ruleset lets a terminal decide by itself within 24 hours, or guests at one entry. */
  "CAP_EXCEEDED",
  /** A number in no account range, or a hash that stands on no list. */
  "UNKNOWN_CARD",
  /** Another card had taken its place by then. */
  "CARD_REPLACED",
  /** No ruleset lets this card in offline at this place. */
  "NO_RULE",
  /** Before the terminal was paired, or while it was not. */
  "BEFORE_PAIRING",
  "TERMINAL_SUSPENDED",
  "TERMINAL_REVOKED",
  /** The place allowed nothing to be decided offline. */
  "PLACE_SWITCHED_OFF",
  /** After the time at which the server heard of it. */
  "IN_FUTURE",
  /** The list that the terminal decided by had run out. */
  "LIST_EXPIRED",
  /** The terminal names a list that it was never sent, or none. */
  "LIST_NEVER_SENT",
  /** Another entry of the card at this place is as good as at the same time. */
  "LOOKS_LIKE_ANOTHER",
  /** It tells of a grant that was reversed meanwhile: it stays reversed. */
  "REVERSED_MEANWHILE",
  /** It tells of a grant that the terminal had confirmed otherwise. */
  "CONFIRMED_OTHERWISE",
  /** An online entry was let in that would not have been, had this one been known. */
  "OVERTAKES",
] as const;
export type OfflineFlag = (typeof OFFLINE_FLAGS)[number];

/** Each once, in the order of the list. */
export function inOrder(flags: Iterable<OfflineFlag>): readonly OfflineFlag[] {
  const set = new Set(flags);
  return OFFLINE_FLAGS.filter((flag) => set.has(flag));
}
