import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const messages: Texts["messages"] = {
  why: "To, co pokazują ekrany terminali przy każdej regule bez własnego tekstu. Język wybiera terminal.",
  whyOfRule:
    "To, co pokazują ekrany terminali, gdy decyduje ta reguła. Tekst, którego reguła nie ma, pochodzi z całej instalacji.",
  programme: "Teksty",
  installation: "Cała instalacja",
  withOwn: (name, changed) =>
    changed === 0
      ? name
      : `${name} (${count(changed, { one: "# własny tekst", few: "# własne teksty", many: "# własnych tekstów", other: "# własnego tekstu" })})`,
  changed: "Ostatnia zmiana",
  situation: "Co się stało",
  languages: { en: "Angielski", pl: "Polski", de: "Niemiecki", es: "Hiszpański", tr: "Turecki" },
  grants: {
    GRANTED_VISITS_LEFT: "Wejście, pozostała liczba darmowych",
    GRANTED_FREE: "Wejście, darmowe bez limitu",
    GRANTED_FEE: "Wejście za opłatą",
  },
  origins: { INSTALLATION: "instalacja", RULESET: "własny tekst" },
  openText: (situation, language) => `${situation}, ${language}:`,
  text: "Tekst",
  forms: { one: "Dla jednego", few: "Dla kilku", many: "Dla wielu", other: "Dla każdej innej liczby" },
  length: (length, most) => `Najwyżej ${String(length)} z ${String(most)} znaków`,
  placeholders: "Wstaw",
  placeholdersHelp:
    "Jeśli przy użyciu karty wartość nie jest znana, pokazany zostanie następny tekst: instalacji, a potem produktu.",
  means: {
    visits: "Pozostałe darmowe wejścia, razem z tym",
    fee: "Koszt tego wejścia",
    guests: "Ilu gości może wejść",
    nextFreeDate: "Dzień następnego wejścia",
    nextFreeTime: "Godzina następnego wejścia według czasu lokalizacji",
    place: "Nazwa lokalizacji",
    programme: "Nazwa reguły",
  },
  preview: "Na ekranie",
  longest: "Z najdłuższymi wartościami",
  screen: (name, pages) =>
    `${name === "4x20" ? "4 wiersze po 20 znaków" : "320 x 240 pikseli"}${pages === 1 ? "" : `, liczba stron: ${String(pages)}`}`,
  saved: "Od następnego użycia karty ekrany pokażą ten tekst.",
  reset: "Przywróć tekst domyślny",
  resetWhy: "Tekst zostanie usunięty. Od następnego użycia karty ekrany pokażą zamiast niego:",
  resetDone: "Znów obowiązuje tekst domyślny.",
  flaws: {
    EMPTY: "Podaj tekst.",
    CARD_NUMBER: "Nie można tu podać numeru karty.",
    BRACE: "Pojedynczy nawias klamrowy: wartości zapisuje się jako {place}.",
    NO_SUCH_FORM: "Ten język nie ma takiej formy.",
    CHARACTER: (character) =>
      `Nie każdy terminal pokaże znak ${JSON.stringify(character)}: dozwolone są litery alfabetu łacińskiego, cyfry, odstępy, znaki interpunkcyjne i symbole walut.`,
    UNKNOWN_PLACEHOLDER: (known) =>
      known === "" ? "W tym tekście nie można wstawiać wartości." : `W ten tekst można wstawić: ${known}.`,
    TOO_LONG: (length) =>
      `Najwyżej 160 znaków z najdłuższymi wartościami; ten tekst może mieć ${String(length)}.`,
  },
};
