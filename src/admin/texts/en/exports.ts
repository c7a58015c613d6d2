export const exports = {
  open: "Export",
  title: "Export operations",
  what: (rows: string) => `All rows of this list as it is filtered now: ${rows}.`,
  format: "Format",
  formats: { csv: "CSV", xlsx: "Excel (XLSX, at most 50,000 rows)", json: "JSON" },
  detail: "Report",
  details: { SUMMARY: "Summary", DETAILED: "Detailed" },
  zone: (name: string) => `Times in ${name}`,
  save: "Download",
} as const;
