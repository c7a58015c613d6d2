import type { Texts } from "../texts.ts";

export const operationFilters: Texts["operationFilters"] = {
  given: {
    today: "Dzisiaj",
    refusedToday: "Odmowy dzisiaj",
    waiting: "Oczekujące",
    paid: "Płatne",
    overLimit: "Ponad limit",
    offlineToReview: "Bez łączności, do sprawdzenia",
  },
  reviews: { WAITING: "Do sprawdzenia", ACCEPTED: "Przyjęte", DISPUTED: "Zakwestionowane" },
  fields: {
    review: "Sprawdzenie wejść bez łączności",
    bin: "Karta zaczyna się od",
    last4: "Karta kończy się na",
    currency: "Waluta",
    rulesetVersion: "Wersja reguły",
    trust: "Zaufanie do terminala",
    weekday: "Dzień tygodnia",
    hour: "Godzina",
    tz: "Dzień i godzina w strefie",
  },
  hints: {
    bin: "Do 6 cyfr",
    last4: "4 cyfry",
    currency: "3 litery, np. EUR",
    country: "3 litery, np. POL",
    tz: "Własna strefa miejsca",
  },
  withGuests: "Z gośćmi",
  withoutGuests: "Bez gości",
  trusts: {
    CODE: "Tylko kod",
    BEARER: "Token",
    KEY: "Własny klucz",
    CERTIFICATE: "Certyfikat",
    ATTESTED: "Urządzenie poświadczone",
  },
};
