import { counter } from "../plural.ts";

const count = counter("en");

/** Lists, filters and pages of them. */
export const tables = {
  total: (total: number, exact: boolean) =>
    exact
      ? count(total, { one: "# entry", other: "# entries" })
      : `${new Intl.NumberFormat("en").format(total)}+`,
  zone: (name: string) => `Times in ${name}`,
  rows: "Rows a page",
  first: "First page",
  newer: "Previous page",
  older: "Next page",
  filters: "Filters",
  moreFilters: "More filters",
  clearAll: "Clear all",
  removeFilter: (name: string) => `Remove the filter ${name}`,
  filterIs: (name: string, value: string) => `${name} is ${value}`,
  or: " or ",
  ignored: (name: string, value: string) => `ignored: ${name}=${value}`,
  columns: "Columns",
  columnsOwn: "Shown columns",
  columnsReset: "As at first",
  emptyByFilter: "Nothing matches these filters",
  emptyByFilterWhy: "Take a filter away, or widen the range.",
  any: "Any",
  chosen: (values: number) => `${String(values)} chosen`,
  cardNumber: "This looks like a card number: it is not searched for here, and was not kept.",
  cardLookup: "Look a card up by its number",
  apply: "Apply",
  from: "From",
  to: "Until",
  views: {
    open: "Views",
    now: (name: string) => `View: ${name}`,
    title: "Views of this list",
    own: "Your own",
    none: "None yet.",
    keep: "Keep what is shown now",
    keepWhy: "The filters, the order and the columns, under a name. Only you see it.",
    name: "Name",
    save: "Save the view",
    saved: (name: string) => `The view ${name} is kept.`,
    rename: "Rename",
    renamed: (name: string) => `The view is called ${name} now.`,
    replace: "Replace",
    replaced: (name: string) => `The view ${name} shows what is shown here.`,
    remove: "Delete",
    deleted: (name: string) => `The view ${name} is deleted.`,
    of: (verb: string, name: string) => `${verb}: ${name}`,
  },
  named: { hint: "Type a name", more: "Type more of the name to see others." },
  live: {
    live: "Live",
    connecting: "Connecting",
    paused: "Paused",
    lost: "Not live since",
    pause: "Pause",
    resume: "Go on",
    news: (rows: number) => count(rows, { one: "Show # new entry", other: "Show # new entries" }),
  },
} as const;
