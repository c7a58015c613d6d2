import type { Texts } from "../texts.ts";

export const exports: Texts["exports"] = {
  open: "Eksport",
  titles: { operations: "Eksport operacji", cards: "Eksport kart" },
  what: {
    operations: (rows) => `Wszystkie wiersze tej listy z obecnymi filtrami: ${rows}.`,
    cards: (rows) =>
      `Wszystkie karty tej listy z obecnymi filtrami: ${rows}. Karta ma po jednym wierszu na każdą regułę, według której ma wizyty.`,
  },
  format: "Format",
  formats: { csv: "CSV", xlsx: "Excel (XLSX, najwyżej 50 000 wierszy)", json: "JSON" },
  detail: "Raport",
  details: { SUMMARY: "Skrócony", DETAILED: "Szczegółowy" },
  zone: (name) => `Czas w strefie ${name}`,
  save: "Pobierz",
};
