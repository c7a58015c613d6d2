import { counter } from "../plural.ts";

const count = counter("en");
const rows = (lines: number) => count(lines, { one: "# transaction", other: "# transactions" });

/** Card transactions: what cards have spent. */
export const transactions = {
  empty: "No transaction yet",
  emptyWhy:
    "Rules that want something spent look at the card transactions that come by file, by the API, or from the reward system.",
  types: { PURCHASE: "Purchase", REFUND: "Refund", REVERSAL: "Reversal" },
  fields: {
    made: "Date",
    card: "Card",
    type: "Type",
    amount: "Amount",
    mcc: "MCC",
    transactionId: "Transaction id",
    posted: "Posted",
    refersTo: "Refers to",
    received: "Received",
    bin: "BIN (first digits)",
    last4: "Last four digits",
    currency: "Currency",
    from: "From",
    to: "Until",
    cardId: "Card id",
  },
  pull: {
    title: "Pulled from the reward system",
    from: "From",
    every: "How often",
    everySeconds: (seconds: number) =>
      seconds % 60 === 0
        ? count(seconds / 60, { one: "every minute", other: "every # minutes" })
        : `every ${count(seconds, { one: "second", other: "# seconds" })}`,
    last: "Last time",
    status: (status: number) => `HTTP ${String(status)}`,
    brought: "Last brought",
    newest: "Newest transaction",
    waiting: "Waiting for an enrolment",
    waits: (transactions: number, cards: number) =>
      transactions === 0
        ? "none"
        : `${rows(transactions)} of ${count(cards, { one: "# card", other: "# cards" })} that nobody has enrolled here, since`,
    differing: "Told otherwise",
    differs: (transactions: number) =>
      `${rows(transactions)} came again with other content, and stayed as they were`,
    now: "Pull now",
    running: "A server is pulling just now.",
    done: (stored: number) => `${rows(stored)} brought.`,
    more: "There is more: it comes by itself.",
    outcomes: {
      DONE: "Brought",
      CIRCUIT_OPEN: "Left alone for a while",
      NOT_SENT: "Could not be reached",
      NO_ANSWER: "No answer",
      BAD_ANSWER: "Not a valid answer",
      REFUSED: "Refused the question",
    },
  },
  import: {
    open: "Import",
    title: "Import transactions",
    what: "A CSV file in UTF-8, separated by commas, with this first line; refersTo and postedAt may be left out, and cardRef with a card id may stand in place of pan. Or NDJSON: an object a line, as the API takes it. Card numbers become cards at once and are kept nowhere. Good lines are imported, and bad lines are told.",
    file: "CSV or NDJSON file",
    drop: "Choose it, or drop it here.",
    first: "The first lines, as they are understood",
    bad: (lines: number) =>
      `${count(lines, { one: "# line is bad and left out", other: "# lines are bad and left out" })}.`,
    progress: "How far the import is",
    running: (lines: number, bad: number) =>
      `${count(lines, { one: "# line", other: "# lines" })} read, ${count(bad, { one: "# is bad", other: "# are bad" })}. Keep this page open.`,
    brokenOff: "The connection broke off. What was read is kept; the file goes on from there.",
    goOn: "Go on",
    would: (stored: number, ignored: number) =>
      `${rows(stored + ignored)}: ${count(stored, { one: "# is new", other: "# are new" })}, ${count(ignored, { one: "# is known already", other: "# are known already" })}. Nothing is stored yet.`,
    store: (lines: number) => `Import ${rows(lines)}`,
    done: (lines: number) => `${rows(lines)} imported.`,
  },
} as const;
