import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";
import { responseCodes } from "./responseCodes.ts";

const count = counter("pl");

export const operation: Texts["operation"] = {
  title: (id) => `Operacja ${id}`,
  facts: "Dane",
  responseCodes,
  life: "Przebieg",
  tabs: { decision: "Decyzja", rule: "Pokaż regułę", transactions: "Pokaż transakcje", raw: "Dane źródłowe" },
  letIn: (cost) => `Wpuszczono: ${cost}`,
  refused: (reason) => `Odmowa: ${reason}`,
  asked: "Zapytanie",
  granted: "Zgoda",
  refusedAt: "Odmowa",
  confirmed: "Potwierdzenie",
  corrected: (guests) =>
    count(guests, {
      one: "Odjęto # gościa",
      few: "Odjęto # gości",
      many: "Odjęto # gości",
      other: "Odjęto # gościa",
    }),
  reversed: "Cofnięcie",
  expired: "Wygaśnięcie",
  cancelled: "Anulowanie",
  by: (who) => `przez ${who}`,
  paidCardholder: "Posiadacz karty płatnie",
  freeAdults: "Dorośli goście bezpłatnie",
  paidAdults: "Dorośli goście płatnie",
  freeChildren: "Dzieci bezpłatnie",
  paidChildren: "Dzieci płatnie",
  freeByAge: "Dzieci bezpłatnie ze względu na wiek",
  icaId: "ICA",
  icaName: "Nazwa ICA",
  requested: "Data zapytania",
  cancelReason: "Powód anulowania",
  noRule: "Żadna reguła nie zdecydowała: nie znaleziono reguły dla tej karty w tym miejscu.",
  ruleHidden: "Twoja rola nie odczytuje reguł.",
  noTransactions: "Dla tej decyzji nie sprawdzano transakcji.",
  transaction: { id: "Transakcja", at: "Data", net: "Kwota netto" },
  spend: {
    label: (rule) => `Transakcje dla reguły ${rule}`,
    wanted: (days, grace) =>
      `${count(days, {
        one: "Wymagane w ciągu # dnia",
        few: "Wymagane w ciągu # dni",
        many: "Wymagane w ciągu # dni",
        other: "Wymagane w ciągu # dnia",
      })}${
        grace === 0
          ? ""
          : count(grace, {
              one: " (lub do # dnia wcześniej)",
              few: " (lub do # dni wcześniej)",
              many: " (lub do # dni wcześniej)",
              other: " (lub do # dnia wcześniej)",
            })
      }:`,
    of: (mccs) => `w kategoriach ${mccs.join(", ")}`,
    counted: "Policzono:",
    reached: "osiągnięto",
    short: "nie osiągnięto",
    metAt: "osiągnięto wcześniej:",
    differs:
      "Według obecnych danych te transakcje dają inną sumę, bo wczytano później kursy albo kartę usunięto:",
    left: (lines) =>
      count(lines, {
        one: "Nie pokazano # starszego wiersza.",
        few: "Nie pokazano # starszych wierszy.",
        many: "Nie pokazano # starszych wierszy.",
        other: "Nie pokazano # starszego wiersza.",
      }),
    mcc: "MCC",
    outcome: "W sumie?",
    inSum: "Policzono",
    types: { PURCHASE: "Zakup", REFUND: "Zwrot", REVERSAL: "Cofnięcie" },
    outcomes: {
      COUNTED: "Tak",
      OTHER_MCC: "Nie: inna kategoria",
      BEFORE_WINDOW: "Nie: przed oknem",
      AFTER_DECISION: "Nie: data po decyzji",
      NO_RATE: "Nie: brak kursu z tego dnia",
    },
  },
  toReview: "Sprawdź",
  reverse: "Cofnij",
  reversal: {
    title: "Cofnij to wejście",
    whole: "Całe wejście",
    wholeWhy: "Przestaje się liczyć: wizyta, goście i miejsce w każdym limicie wracają.",
    part: "Odejmij gości",
    partWhy: "Wejście pozostaje; wskazani goście zostaną z niego odjęci.",
    adults: "Ilu dorosłych odjąć",
    children: "Ile dzieci odjąć",
    freeChildren: "Ile dzieci bezpłatnych ze względu na wiek odjąć",
    most: (most) => `najwyżej ${String(most)}`,
    reason: "Powód",
    submit: "Cofnij wejście",
    submitPart: "Odejmij gości",
    done: "Wejście cofnięto.",
    donePart: "Gości odjęto.",
    left: (time) => `Pozostało ${time} na cofnięcie, do`,
    over: "Można ją było cofnąć do",
    fee: (amount) => `Pobrano ${amount}; część, która odpada, podlega zwrotowi.`,
  },
};
