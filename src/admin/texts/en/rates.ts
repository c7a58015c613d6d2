import { counter } from "../plural.ts";

const count = counter("en");
const rows = (lines: number) => count(lines, { one: "# rate", other: "# rates" });

/** Exchange rates. */
export const rates = {
  empty: "No exchange rate yet",
  emptyWhy:
    "A rule that wants something spent counts amounts in other currencies by the rate of their day, or the last one before it.",
  one: (base: string, rate: string, quote: string) => `1 ${base} = ${rate} ${quote}`,
  fields: {
    date: "Day",
    dateHint: "as 2026-11-30",
    base: "Currency",
    quote: "In",
    rate: "Rate",
    received: "Received",
  },
  pull: {
    title: "Fetched by the day",
    from: "From",
    last: "Last time",
    why: "Why",
    until: "Last day",
    now: "Fetch now",
    done: (stored: number) => `${rows(stored)} stored.`,
    outcomes: {
      DONE: "Fetched",
      NO_ANSWER: "No answer",
      REFUSED: "Refused",
      UNREADABLE: "Not readable",
    },
  },
  import: {
    open: "Import",
    title: "Import exchange rates",
    leftOut: (codes: string) => `Left out, as nobody pays with them any more: ${codes}.`,
    what: "A file of the European Central Bank (eurofxref, as XML, CSV or zip), or a CSV file in UTF-8, separated by commas, with this first line. A rate is how many units of quote one of base is worth; of the same day and pair the newest counts.",
    would: (added: number, replaced: number, unchanged: number) =>
      `${rows(added + replaced + unchanged)}: ${count(added, { one: "# is new", other: "# are new" })}, ${count(replaced, { one: "# replaces what was known", other: "# replace what was known" })}, ${count(unchanged, { one: "# is known already", other: "# are known already" })}. Nothing is stored yet.`,
    store: (lines: number) => `Import ${rows(lines)}`,
    done: (lines: number) => `${rows(lines)} imported.`,
  },
} as const;
