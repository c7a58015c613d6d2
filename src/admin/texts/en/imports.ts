import { counter } from "../plural.ts";

const count = counter("en");

/** Files that are imported. */
export const imports = {
  file: "CSV file",
  anyFile: "File",
  looking: "The file is being looked at…",
  found: "What the file holds",
  differs: "These lines say something else than what was known of the same bounds:",
  differsLabel: "Lines that differ",
  wrong: (errors: number) =>
    `Nothing was stored: ${count(errors, { one: "# mistake was found", other: "# mistakes were found" })} (at most 100 are listed).`,
  wrongLabel: "Mistakes in the file",
  line: "Line",
  column: "Column",
  message: "What is wrong",
  history: {
    empty: "No file was imported",
    emptyWhy:
      "Files of transactions, account ranges, rates, enrolments and opening balances are listed here.",
    whitelist: "Uploads of whitelists",
    title: (kind: string) => `Import: ${kind}`,
    facts: "The import",
    at: "Begun",
    changedAt: "Went on last",
    kind: "What",
    kinds: {
      TRANSACTIONS: "Transactions",
      ACCOUNT_RANGES: "Account ranges",
      RATES: "Exchange rates",
      ENROLMENTS: "Enrolments",
      OPENING_BALANCES: "Opening balances",
    },
    file: "File",
    state: "State",
    states: { RUNNING: "Running", COMPLETED: "Completed", INTERRUPTED: "Interrupted", FAILED: "Failed" },
    stateHints: {
      RUNNING: "Its lines are coming in.",
      COMPLETED: "All of the file was read.",
      INTERRUPTED: "It broke off, and goes on when the same file is sent again.",
      FAILED: "It ended before the file did.",
    },
    lines: "Lines read",
    accepted: "Imported",
    known: "Known already",
    bad: "Bad",
    by: "By",
    goOnHint:
      "What was read is imported. The same file, sent again by the same key, goes on behind it; sent as a new import, its lines that are known are passed over.",
    report: "Bad lines",
    shown: (shown: number, bad: number) =>
      `${count(bad, { one: "# line was not taken", other: "# lines were not taken" })}; ${count(shown, { one: "# reason is shown", other: "# reasons are shown" })}.`,
    leftOut: (lines: number) =>
      `${count(lines, { one: "# of them is in no report", other: "# of them are in no report" })}.`,
    takeAlong: "The report as CSV",
  },
} as const;
