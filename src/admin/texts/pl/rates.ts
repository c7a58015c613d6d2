import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
const rows = (lines: number) =>
  count(lines, { one: "# kurs", few: "# kursy", many: "# kursów", other: "# kursu" });

export const rates: Texts["rates"] = {
  empty: "Nie ma jeszcze kursów walut",
  emptyWhy:
    "Reguła wymagająca wydatków przelicza kwoty w innych walutach po kursie z ich dnia albo ostatnim wcześniejszym.",
  one: (base, rate, quote) => `1 ${base} = ${rate} ${quote}`,
  fields: {
    date: "Dzień",
    dateHint: "np. 2026-11-30",
    base: "Waluta",
    quote: "W walucie",
    rate: "Kurs",
    received: "Otrzymano",
  },
  pull: {
    title: "Pobierane codziennie",
    from: "Skąd",
    last: "Ostatnio",
    why: "Dlaczego",
    until: "Ostatni dzień",
    now: "Pobierz teraz",
    done: (stored) => `Zapisano: ${rows(stored)}.`,
    outcomes: {
      DONE: "Pobrano",
      NO_ANSWER: "Brak odpowiedzi",
      REFUSED: "Odmowa",
      UNREADABLE: "Nieczytelne",
    },
  },
  import: {
    open: "Importuj",
    title: "Import kursów walut",
    leftOut: (codes) => `Pominięto waluty, którymi nikt już nie płaci: ${codes}.`,
    what: "Plik Europejskiego Banku Centralnego (eurofxref jako XML, CSV lub zip) albo plik CSV w UTF-8, rozdzielany przecinkami, z takim pierwszym wierszem. Kurs to liczba jednostek quote za jedną base; dla tego samego dnia i pary liczy się najnowszy.",
    would: (added, replaced, unchanged) =>
      `${rows(added + replaced + unchanged)}: nowe: ${count(added, { other: "#" })}, zastępujące znane: ${count(replaced, { other: "#" })}, znane już: ${count(unchanged, { other: "#" })}. Nic jeszcze nie zapisano.`,
    store: (lines) => `Importuj ${rows(lines)}`,
    done: (lines) => `Zaimportowano ${rows(lines)}.`,
  },
};
