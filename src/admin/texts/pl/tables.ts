import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const tables: Texts["tables"] = {
  total: (total, exact) =>
    exact
      ? count(total, { one: "# pozycja", few: "# pozycje", many: "# pozycji", other: "# pozycji" })
      : `ponad ${new Intl.NumberFormat("pl").format(total)}`,
  zone: (name) => `Czas w strefie ${name}`,
  rows: "Wierszy na stronie",
  first: "Pierwsza strona",
  newer: "Poprzednia strona",
  older: "Następna strona",
  filters: "Filtry",
  moreFilters: "Więcej filtrów",
  clearAll: "Wyczyść wszystkie",
  removeFilter: (name) => `Usuń filtr ${name}`,
  filterIs: (name, value) => `${name}: ${value}`,
  or: " lub ",
  ignored: (name, value) => `pominięto: ${name}=${value}`,
  columns: "Kolumny",
  columnsOwn: "Widoczne kolumny",
  columnsReset: "Jak na początku",
  emptyByFilter: "Nic nie pasuje do tych filtrów",
  emptyByFilterWhy: "Usuń filtr lub poszerz zakres.",
  any: "Dowolne",
  chosen: (values) => `Wybrano: ${String(values)}`,
  cardNumber: "To wygląda na numer karty: tutaj się go nie szuka i nie został zapisany.",
  cardLookup: "Znajdź kartę po numerze",
  apply: "Zastosuj",
  from: "Od",
  to: "Do",
  views: {
    open: "Widoki",
    now: (name) => `Widok: ${name}`,
    title: "Widoki tej listy",
    own: "Własne",
    none: "Jeszcze żadnego.",
    keep: "Zachowaj to, co widać teraz",
    keepWhy: "Filtry, kolejność i kolumny pod nazwą. Widzisz je tylko ty.",
    name: "Nazwa",
    save: "Zapisz widok",
    saved: (name) => `Zapisano widok ${name}.`,
    rename: "Zmień nazwę",
    renamed: (name) => `Widok nazywa się teraz ${name}.`,
    replace: "Zastąp",
    replaced: (name) => `Widok ${name} pokazuje to, co widać tutaj.`,
    remove: "Usuń",
    deleted: (name) => `Usunięto widok ${name}.`,
    of: (verb, name) => `${verb}: ${name}`,
  },
  named: { hint: "Wpisz nazwę", more: "Wpisz więcej liter, aby zobaczyć inne." },
  live: {
    live: "Na żywo",
    connecting: "Łączenie",
    paused: "Wstrzymano",
    lost: "Nie na żywo od",
    pause: "Wstrzymaj",
    resume: "Wznów",
    news: (rows) =>
      count(rows, {
        one: "Pokaż # nowy wpis",
        few: "Pokaż # nowe wpisy",
        many: "Pokaż # nowych wpisów",
        other: "Pokaż # nowego wpisu",
      }),
  },
};
