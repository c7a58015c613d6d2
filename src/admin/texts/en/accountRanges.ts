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
    columns: "low,high,ica,issuerName,country,productCode,productName",
    file: "CSV file",
    looking: "The file is being looked at…",
    found: "What the file holds",
    would: (added: number, replaced: number) =>
      `${ranges(added + replaced)}: ${count(added, { one: "# is new", other: "# are new" })}, ${count(replaced, { one: "# replaces what was known", other: "# replace what was known" })}. Nothing is stored yet.`,
    differs: "These lines say something else than what was known of the same bounds:",
    differsLabel: "Lines that differ",
    store: (lines: number) => `Import ${ranges(lines)}`,
    done: (lines: number) => `${ranges(lines)} imported.`,
    wrong: (errors: number) =>
      `Nothing was stored: ${count(errors, { one: "# mistake was found", other: "# mistakes were found" })} (at most 100 are listed).`,
    wrongLabel: "Mistakes in the file",
    line: "Line",
    column: "Column",
    message: "What is wrong",
  },
} as const;
