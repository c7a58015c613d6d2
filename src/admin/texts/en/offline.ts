import { counter } from "../plural.ts";

const count = counter("en");

/** What terminals decided by themselves while their line was down. */
export const offline = {
  empty: "Nothing waits",
  emptyWhy:
    "Entries that terminals let in while their line was down stand here when something is amiss with them.",
  fields: { happened: "Happened", reported: "Reported", review: "Review", select: "Select" },
  byFlag: "Waiting, by flag",
  all: (waiting: number) => `All (${String(waiting)})`,
  missing: (terminals: number) =>
    count(terminals, {
      one: "Reports of # terminal are missing",
      other: "Reports of # terminals are missing",
    }),
  listsOver: (terminals: number) =>
    count(terminals, {
      one: "The list of # terminal has run out",
      other: "The lists of # terminals have run out",
    }),
  selectOne: (card: string) => `Select the entry of ${card}`,
  acceptSelected: (entries: number) => count(entries, { one: "Accept # entry", other: "Accept # entries" }),
  disputeSelected: (entries: number) =>
    count(entries, { one: "Dispute # entry", other: "Dispute # entries" }),
  title: (accessId: string) => `Offline entry ${accessId}`,
  report: "What the terminal told",
  amiss: "What is amiss",
  nothingAmiss: "Nothing is amiss with this entry.",
  others: "The card's other visits, a day before and after",
  noOthers: "The card was nowhere else within a day before and after.",
  decided: {
    OFFLINE_BIN_RANGE: "The terminal decided by itself, by its list of account ranges.",
    OFFLINE_WHITELIST: "The terminal decided by itself, by its whitelist.",
  },
  overtaken:
    "An offline entry that was reported later had used up what this one was let in by. The decision stays.",
  occurredAt: "Happened",
  uncertainty: "The clock may have been off by",
  seconds: (seconds: number) => count(seconds, { one: "# second", other: "# seconds" }),
  reportedAt: "Reported",
  number: "Running number",
  listVersion: "List",
  terminals: "Sent by",
  refusal: "Why the terminal refused",
  grant: "Confirms the grant",
  overtakes: "Overtakes",
  reviewed: "Reviewed",
  reviewedBy: "By",
  reviewReason: "Reason",
  accept: "Accept",
  dispute: "Dispute",
  keys: "Press a to accept, d to dispute.",
  review: {
    acceptTitle: "Accept",
    disputeTitle: "Dispute",
    acceptWhy:
      "It is as it should be, or is let pass. It leaves the queue, and comes back if something else turns out to be amiss.",
    disputeWhy:
      "Somebody has to answer for it. It leaves the queue, still counts in every limit, and is marked as disputed in reports.",
    reason: "Reason",
    reasonWanted: "A reason is wanted.",
    done: (entries: number) =>
      count(entries, { one: "# entry was reviewed.", other: "# entries were reviewed." }),
  },
  whys: {
    OVER_LIMIT: "The card's limit was used up, or there were more guests than the rule lets in.",
    BUDGET_EXCEEDED: "The programme's budget was used up at that time.",
    IN_COOLDOWN: "The card had been at this place within its cooldown.",
    CAP_EXCEEDED: "More than the rule lets a terminal decide by itself within 24 hours.",
    UNKNOWN_CARD: "The number is in no account range, and the whitelist does not name it.",
    CARD_REPLACED: "Another card had taken this one's place by then.",
    NO_RULE: "No rule lets this card in offline at this place.",
    BEFORE_PAIRING: "It happened before the terminal was paired.",
    TERMINAL_SUSPENDED: "The terminal was suspended at that time.",
    TERMINAL_REVOKED: "The terminal's key was void at that time.",
    PLACE_SWITCHED_OFF: "The place allowed nothing to be decided offline.",
    IN_FUTURE: "The terminal tells of a time that had not come yet: its clock is wrong.",
    LIST_EXPIRED: "The list that the terminal decided by had run out.",
    LIST_NEVER_SENT: "The terminal names a list that it was never sent, or none.",
    LOOKS_LIKE_ANOTHER: "Another entry of the card at this place is as good as at the same time.",
    REVERSED_MEANWHILE: "It tells of an entry that was reversed meanwhile, and stays reversed.",
    CONFIRMED_OTHERWISE: "The terminal had confirmed this grant with other guests.",
    OVERTAKES: "An online entry was let in that would not have been, had this one been known.",
  },
  terminal: {
    title: "Without a line",
    list: "List",
    lists: { ACCOUNT_RANGES: "Account ranges", WHITELIST: "Whitelist" },
    sentAt: "Sent",
    validUntil: "Counts until",
    over: "has run out",
    overBy: "List has run out by",
    noLists: "It was never sent a list, and lets nobody in by itself.",
    lastReport: "Last report",
    never: "never",
    missing: "Missing reports",
    none: "none",
    numbers: (from: number, to: number) =>
      from === to ? `number ${String(from)}` : `numbers ${String(from)} to ${String(to)}`,
  },
} as const;
