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
} as const;
