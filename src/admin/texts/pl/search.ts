import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const search: Texts["search"] = {
  title: "Szukaj",
  keys: "Ctrl K",
  label: "Szukaj stron, nazw i identyfikatorów",
  placeholder: "Strona, nazwa lub identyfikator",
  results: "Wyniki",
  recent: "Ostatnio otwarte",
  pages: "Strony",
  kinds: {
    operation: "Operacja",
    card: "Karta",
    ruleset: "Reguły",
    location: "Lokalizacje",
    merchant: "Akceptanci",
    terminal: "Terminale",
    user: "Użytkownicy",
  },
  hint: "Nazwy reguł, miejsc, terminali i osób; identyfikatory operacji i kart. Strzałki wybierają, Enter otwiera.",
  found: (results) =>
    results === 0
      ? "Nic nie znaleziono"
      : count(results, { one: "# wynik", few: "# wyniki", many: "# wyników", other: "# wyniku" }),
  all: (total, exact) =>
    exact
      ? count(total, {
          one: "Pokaż # wpis",
          few: "Pokaż wszystkie # wpisy",
          many: "Pokaż wszystkie # wpisów",
          other: "Pokaż wszystkie # wpisu",
        })
      : `Pokaż wszystkie ${new Intl.NumberFormat("pl").format(total)}+`,
  lookUp: "Sprawdź tę kartę",
  noSuchCard: "Karta o tym numerze nie jest tu znana.",
};
