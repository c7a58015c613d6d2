import type { Texts } from "../texts.ts";

export const exports: Texts["exports"] = {
  open: "Eksport",
  title: "Eksport operacji",
  what: (rows) => `Wszystkie wiersze tej listy z obecnymi filtrami: ${rows}.`,
  format: "Format",
  formats: { csv: "CSV", xlsx: "Excel (XLSX, najwyżej 50 000 wierszy)", json: "JSON" },
  detail: "Raport",
  details: { SUMMARY: "Skrócony", DETAILED: "Szczegółowy" },
  zone: (name) => `Czas w strefie ${name}`,
  save: "Pobierz",
};
