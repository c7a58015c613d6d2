import { counter } from "../plural.ts";
import type { virtualTerminal as english } from "../en/virtualTerminal.ts";
import type { Translated } from "../texts.ts";

const count = counter("pl");

/** The terminal in the browser. */
export const virtualTerminal: Translated<typeof english> = {
  notHere: "Nie ma tu wirtualnego terminala",
  notHereWhy:
    "Wpuszcza on karty testowe. Mają go instalacje z programem demonstracyjnym albo z zegarem testowym, inne nie.",
  pairedAs: (serial) => `Sparowany jako ${serial}`,
  forget: "Zapomnij to urządzenie",
  device: "Terminal",
  toTerminal: "Ten terminal na liście terminali",
  setUp: {
    title: "Zrób z tej przeglądarki terminal",
    why: "Dostaje własny klucz, paruje się kodem i pyta serwer tak jak każdy terminal.",
    which: "Który to terminal?",
    fresh: "Nowy",
    waiting: "Jeden z jeszcze niesparowanych",
    location: "Gdzie stoi",
    terminal: "Numer seryjny",
    noLocation: "Nie ma jeszcze żadnego miejsca.",
    makeLocation: "Nowa lokalizacja",
    noneWaits: "Wszystkie terminale są sparowane. Wybierz nowy.",
    pair: "Sparuj",
  },
  screen: {
    ready: "Gotowy. Przyłóż kartę.",
    granted: "Wstęp przyznany",
    rejected: "Odmowa",
    confirmed: "Potwierdzono",
    cancelled: "Anulowano. Gotowy na następną kartę.",
    trouble: "To się nie udało",
    stranger: "Serwer nie zna tego klucza. Zapomnij to urządzenie i sparuj je ponownie.",
    cardholderFree: "Posiadacz karty: bezpłatnie",
    cardholderPays: (fee) => `Posiadacz karty: ${fee}`,
    nothingDue: "Nic do zapłaty",
    due: (total) => `Do zapłaty: ${total}`,
    charged: (total) => `Pobrano: ${total}`,
    confirmUntil: "Do potwierdzenia do",
    nextFree: "Znów bezpłatnie od",
    guestsIn: (guests) =>
      guests === 0
        ? "Wejście bez gości"
        : count(guests, {
            one: "Wejście z # gościem",
            few: "Wejście z # gośćmi",
            many: "Wejście z # gośćmi",
            other: "Wejście z # gościa",
          }),
    unheard: "Brak odpowiedzi",
    unheardWhy: "Serwer mógł odpowiedzieć. Wyślij to samo ponownie albo zapytaj, co się stało.",
    found: "Co się stało:",
  },
  controls: {
    card: "Karta testowa",
    identity: "Sprawdzono tożsamość posiadacza karty",
    identityWhy: "Terminal pyta o to przed każdym przyłożeniem karty.",
    tap: "Przyłóż kartę",
    play: "Odegraj wizytę",
    quote: "Wycena",
    confirm: "Potwierdź",
    cancel: "Anuluj wejście",
    collected: "Opłatę pobrano tutaj",
    again: "Wyślij to samo ponownie",
    ask: "Zapytaj, co się stało",
    guests: "Goście",
    adults: "Dorośli",
    children: "Dzieci",
    freeChildren: (age) => `Dzieci poniżej ${String(age)} lat, bezpłatnie`,
    fewer: (kind) => `${kind}: o jedno mniej`,
    moreOf: (kind) => `${kind}: o jedno więcej`,
    more: "Język i awarie",
    language: "Język ekranu",
    languages: { en: "angielski", pl: "polski", de: "niemiecki", es: "hiszpański", tr: "turecki" },
    lose: "Gub odpowiedzi",
    loseWhy: "Serwer odpowiada, a terminal tego nie słyszy.",
  },
  wire: {
    title: "Na łączu",
    empty: "Każde wywołanie widać tutaj, z zamaskowanymi numerami kart.",
    noAnswer: "brak odpowiedzi",
    lost: (status) => `${String(status)}, zgubiona po drodze`,
    took: (ms) => `${String(ms)} ms`,
    request: "Żądanie",
    response: "Odpowiedź",
    copy: "Kopiuj jako curl",
    operation: "To wejście",
  },
};
