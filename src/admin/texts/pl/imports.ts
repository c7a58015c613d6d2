import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const imports: Texts["imports"] = {
  file: "Plik CSV",
  anyFile: "Plik",
  looking: "Plik jest sprawdzany…",
  found: "Zawartość pliku",
  differs: "Te wiersze mówią co innego, niż było znane dla tych samych granic:",
  differsLabel: "Wiersze różniące się",
  wrong: (errors) =>
    `Nic nie zapisano: ${count(errors, { one: "# błąd", few: "# błędy", many: "# błędów", other: "# błędu" })} (lista ma najwyżej 100).`,
  wrongLabel: "Błędy w pliku",
  line: "Wiersz",
  column: "Kolumna",
  message: "Co jest nie tak",
  history: {
    empty: "Nie wczytano żadnego pliku",
    emptyWhy: "Tu widać pliki transakcji, zakresów kont, kursów, rejestracji kart i stanów początkowych.",
    whitelist: "Wczytane białe listy",
    title: (kind) => `Import: ${kind}`,
    facts: "Import",
    at: "Rozpoczęto",
    changedAt: "Ostatni postęp",
    kind: "Co",
    kinds: {
      TRANSACTIONS: "Transakcje",
      ACCOUNT_RANGES: "Zakresy kont",
      RATES: "Kursy walut",
      ENROLMENTS: "Rejestracje kart",
      OPENING_BALANCES: "Stany początkowe",
    },
    file: "Plik",
    state: "Stan",
    states: { RUNNING: "W toku", COMPLETED: "Zakończony", INTERRUPTED: "Przerwany", FAILED: "Nieudany" },
    stateHints: {
      RUNNING: "Wiersze są wczytywane.",
      COMPLETED: "Przeczytano cały plik.",
      INTERRUPTED: "Import przerwano; ruszy dalej, gdy ten sam plik zostanie wysłany ponownie.",
      FAILED: "Import skończył się przed końcem pliku.",
    },
    lines: "Przeczytane wiersze",
    accepted: "Wczytane",
    known: "Znane już",
    bad: "Błędne",
    by: "Kto",
    goOnHint:
      "To, co przeczytano, jest wczytane. Ten sam plik wysłany ponownie z tym samym kluczem rusza od tego miejsca; wysłany jako nowy import pomija wiersze już znane.",
    report: "Błędne wiersze",
    shown: (shown, bad) =>
      `Nie wczytano: ${count(bad, { one: "# wiersz", few: "# wiersze", many: "# wierszy", other: "# wiersza" })}; widać ${count(shown, { one: "# powód", few: "# powody", many: "# powodów", other: "# powodu" })}.`,
    leftOut: (lines) =>
      `W raporcie nie ma ${count(lines, { one: "# z nich", few: "# z nich", many: "# z nich", other: "# z nich" })}.`,
    takeAlong: "Raport jako CSV",
  },
};
