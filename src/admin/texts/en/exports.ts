export const exports = {
  open: "Export",
  titles: { operations: "Export operations", cards: "Export cards" },
  what: {
    operations: (rows: string) => `All rows of this list as it is filtered now: ${rows}.`,
    cards: (rows: string) =>
      `All cards of this list as it is filtered now: ${rows}. A card has a line for each rule that it has visits under.`,
  },
  format: "Format",
  formats: { csv: "CSV", xlsx: "Excel (XLSX, at most 50,000 rows)", json: "JSON" },
  detail: "Report",
  details: { SUMMARY: "Summary", DETAILED: "Detailed" },
  zone: (name: string) => `Times in ${name}`,
  save: "Download",
} as const;
