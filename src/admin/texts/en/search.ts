import { counter } from "../plural.ts";

const count = counter("en");

/** The search over all pages. */
export const search = {
  title: "Search",
  keys: "Ctrl K",
  label: "Search for pages, names and ids",
  placeholder: "Page, name or id",
  results: "Results",
  recent: "Opened last",
  pages: "Pages",
  kinds: {
    operation: "Operation",
    card: "Card",
    ruleset: "Rules",
    location: "Locations",
    merchant: "Merchants",
    terminal: "Terminals",
    user: "Users",
  },
  hint: "Names of rules, places, terminals and people; ids of operations and cards. Arrows choose, Enter opens.",
  found: (results: number) =>
    results === 0 ? "Nothing is found" : count(results, { one: "# result", other: "# results" }),
  all: (total: number, exact: boolean) =>
    exact
      ? count(total, { one: "Show # entry", other: "Show all # entries" })
      : `Show all ${new Intl.NumberFormat("en").format(total)}+`,
  lookUp: "Look up this card",
  noSuchCard: "No card of this number is known here.",
} as const;
