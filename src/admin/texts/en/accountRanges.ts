import { counter } from "../plural.ts";

const count = counter("en");
const ranges = (lines: number) => count(lines, { one: "# account range", other: "# account ranges" });

/** Account ranges: which numbers are whose. */
export const accountRanges = {
  empty: "No account range yet",
  emptyWhy:
    "Account ranges say which issuer and product a card number belongs to. Without them no rule is for any card.",
  fields: {
    bin: "Holds the BIN",
    low: "From",
    high: "To",
    ica: "ICA",
    issuer: "Issuer",
    country: "Country",
    productCode: "Product",
    productName: "Product name",
    received: "Imported",
    importId: "Import id",
  },
  import: {
    open: "Import",
    title: "Import account ranges",
    what: "A CSV file in UTF-8, separated by commas, with this first line; the last column may be left out:",
    would: (added: number, replaced: number) =>
      `${ranges(added + replaced)}: ${count(added, { one: "# is new", other: "# are new" })}, ${count(replaced, { one: "# replaces what was known", other: "# replace what was known" })}. Nothing is stored yet.`,
    store: (lines: number) => `Import ${ranges(lines)}`,
    done: (lines: number) => `${ranges(lines)} imported.`,
  },
} as const;
