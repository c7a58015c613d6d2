import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
const rows = (lines: number) =>
  count(lines, { one: "# transakcja", few: "# transakcje", many: "# transakcji", other: "# transakcji" });

export const transactions: Texts["transactions"] = {
  empty: "Nie ma jeszcze transakcji",
  emptyWhy:
    "Reguły wymagające wydatków patrzą na transakcje kart, które przychodzą plikiem, przez API albo z systemu nagród.",
  types: { PURCHASE: "Zakup", REFUND: "Zwrot", REVERSAL: "Cofnięcie" },
  fields: {
    made: "Data",
    card: "Karta",
    type: "Typ",
    amount: "Kwota",
    mcc: "MCC",
    transactionId: "Identyfikator transakcji",
    posted: "Zaksięgowano",
    refersTo: "Dotyczy",
    received: "Otrzymano",
    bin: "BIN (pierwsze cyfry)",
    last4: "Ostatnie cztery cyfry",
    currency: "Waluta",
    from: "Od",
    to: "Do",
    cardId: "Identyfikator karty",
  },
  pull: {
    title: "Pobierane z systemu nagród",
    from: "Skąd",
    every: "Jak często",
    everySeconds: (seconds) =>
      seconds % 60 === 0 ? `co ${String(seconds / 60)} min` : `co ${String(seconds)} s`,
    last: "Ostatnio",
    status: (status) => `HTTP ${String(status)}`,
    brought: "Ostatnie pobranie",
    newest: "Najnowsza transakcja",
    waiting: "Oczekujące na rejestrację",
    waits: (transactions, cards) =>
      transactions === 0
        ? "brak"
        : `${rows(transactions)}; karty, których nikt tu nie zarejestrował: ${count(cards, { other: "#" })}; od`,
    differing: "Podane inaczej",
    differs: (transactions) => `${rows(transactions)} z inną treścią niż znana; zostały bez zmian`,
    now: "Pobierz teraz",
    running: "Serwer właśnie pobiera.",
    done: (stored) => `Pobrano: ${rows(stored)}.`,
    more: "Jest ich więcej: zostaną pobrane samoczynnie.",
    outcomes: {
      DONE: "Pobrano",
      CIRCUIT_OPEN: "Przez chwilę bez pytań",
      NOT_SENT: "Brak połączenia",
      NO_ANSWER: "Brak odpowiedzi",
      BAD_ANSWER: "Nieprawidłowa odpowiedź",
      REFUSED: "Odmówiono odpowiedzi",
    },
  },
  import: {
    open: "Importuj",
    title: "Import transakcji",
    what: "Plik CSV w UTF-8, rozdzielany przecinkami, z takim pierwszym wierszem; refersTo i postedAt można pominąć, a zamiast pan podać cardRef z identyfikatorem karty. Albo NDJSON: jeden obiekt w wierszu, tak jak przyjmuje go API. Numery od razu stają się kartami i nie są nigdzie zapisywane. Dobre wiersze są wczytywane, błędne trafiają do raportu.",
    file: "Plik CSV lub NDJSON",
    drop: "Wybierz go albo upuść tutaj.",
    first: "Pierwsze wiersze, tak jak są rozumiane",
    bad: (lines) =>
      `Błędne i pominięte: ${count(lines, { one: "# wiersz", few: "# wiersze", many: "# wierszy", other: "# wiersza" })}.`,
    progress: "Postęp importu",
    running: (lines, bad) =>
      `Przeczytano ${count(lines, { one: "# wiersz", few: "# wiersze", many: "# wierszy", other: "# wiersza" })}, błędnych: ${count(bad, { other: "#" })}. Nie zamykaj tej strony.`,
    brokenOff:
      "Połączenie zostało przerwane. To, co przeczytano, jest zapisane; plik rusza dalej od tego miejsca.",
    goOn: "Kontynuuj",
    would: (stored, ignored) =>
      `${rows(stored + ignored)}: nowe: ${count(stored, { other: "#" })}, znane już: ${count(ignored, { other: "#" })}. Nic jeszcze nie zapisano.`,
    store: (lines) => `Importuj: ${rows(lines)}`,
    done: (lines) => `Zaimportowano: ${rows(lines)}.`,
  },
};
