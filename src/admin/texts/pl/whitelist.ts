import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
const cards = (many: number) =>
  count(many, { one: "# karta", few: "# karty", many: "# kart", other: "# karty" });

export const whitelist: Texts["whitelist"] = {
  empty: "Na liście nie ma jeszcze żadnej karty",
  emptyWhy:
    "Karty z białej listy są wpuszczane przez terminale bez łączności, jeśli pozwalają na to reguła i lokalizacja.",
  fields: {
    card: "Karta",
    cardId: "Identyfikator karty",
    list: "Lista",
    locationId: "Lokalizacja",
    rulesetId: "Reguła",
    id: "identyfikator",
    validFrom: "Ważna od",
    validTo: "Ważna do",
    at: "Dodano",
    by: "Kto",
    uploadId: "Plik",
    kind: "Lista dla",
    mode: "Co robi plik",
  },
  kinds: { LOCATION: "Lokalizacji", RULESET: "Reguły" },
  choose: "Wybierz…",
  lookup: {
    title: "Znajdź kartę",
    label: "Numer karty",
    verb: "Znajdź wpisy",
    unknown: "Nie ma takiej karty.",
  },
  add: {
    open: "Dodaj kartę",
    title: "Dodaj kartę",
    verb: "Dodaj do listy",
    done: "Karta jest na liście.",
    refused: "Karty nie udało się dodać. Wybierz własną listę i sprawdź czas ważności.",
    help: "Bez czasu ważności wpis obowiązuje, dopóki nie zostanie usunięty.",
  },
  remove: {
    verb: "Usuń",
    of: (card) => `Usuń ${card}`,
    title: "Usunąć kartę z listy?",
    why: "Terminale, które mają już listę, wpuszczają kartę do następnego pobrania, najwyżej trzy dni.",
    done: "Kartę usunięto z listy.",
  },
  upload: {
    open: "Wczytaj plik",
    title: "Wczytaj białą listę",
    what: "Plik CSV w UTF-8, rozdzielany przecinkami, z takim pierwszym wierszem; dwie ostatnie kolumny można pominąć. Plik nie jest nigdzie przechowywany, a z numerów od razu powstają skróty:",
    modes: {
      ADD: "Dodaje swoje karty",
      REPLACE: "Zastępuje całą listę",
      REMOVE: "Usuwa swoje karty",
    },
    would: (added, changed, removed, total) =>
      `Dodawane: ${count(added, { other: "#" })}, z inną ważnością: ${count(changed, { other: "#" })}, usuwane: ${count(removed, { other: "#" })}; potem na liście: ${cards(total)}. Nic jeszcze nie zapisano.`,
    nothing: "Plik niczego nie zmienia.",
    store: (changes) =>
      `Zapisz ${count(changes, { one: "# zmianę", few: "# zmiany", many: "# zmian", other: "# zmiany" })}`,
    done: (total) => `Zapisano. Na liście: ${cards(total)}.`,
  },
  history: {
    open: "Historia",
    title: "Wczytane pliki",
    empty: "Niczego jeszcze nie wczytano",
    modes: { ADD: "Dodano", REPLACE: "Zastąpiono", REMOVE: "Usunięto" },
    what: "Co",
    byHand: "ręcznie",
    lines: "Wiersze",
    added: "Dodane",
    changed: "Zmienione",
    removed: "Usunięte",
    total: "Kart po zmianie",
    at: "Kiedy",
  },
  deliveries: {
    open: "Dostarczane",
    title: "Co jest dostarczane dokąd",
    empty: "Nie ma jeszcze lokalizacji",
    name: "Lokalizacja",
    rules: "Reguły",
    entries: "Karty",
    changed: "Ostatnia zmiana",
    secret: "Sekret od",
    off: "Tryb offline wyłączony",
    none: "Brak",
  },
};
