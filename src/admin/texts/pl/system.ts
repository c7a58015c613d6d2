import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const system: Texts["system"] = {
  version: "Wersja",
  businessTime: "Czas biznesowy",
  demo: "Program demonstracyjny",
  yes: "Tak",
  no: "Nie",
  head: "Koniec dziennika zdarzeń",
  parts: "Części",
  part: "Część",
  state: "Stan",
  detail: "Szczegóły",
  partNames: { database: "Baza danych", clock: "Zegar", "database writes": "Zapis do bazy danych" },
  said: {
    answered: (ms) => `odpowiedź po ${ms} ms`,
    skew: (ms) => `zegar bazy danych i zegar serwera różnią się o ${ms.replace("-", "")} ms`,
    taken: "działa",
    notTried: "niesprawdzany w trakcie zrzutu bazy",
    notTaken: "nie działa",
    silent: "brak odpowiedzi",
  },
  ready: "Gotowe",
  notReady: "Niegotowe",
  readModels: "Modele odczytu",
  model: "Model odczytu",
  models: {
    operations: "Operacje",
    cards: "Karty",
    directory: "Katalog",
    quotas: "Budżety",
    certificates: "Certyfikaty",
    commands: "Polecenia dla urządzeń",
    payments: "Płatności",
    adjustments: "Korekty",
  },
  upToDate: "Działa",
  building: "W budowie",
  stopped: "Zatrzymany",
  lag: "Opóźnienie",
  behind: (events, seconds) =>
    events === 0
      ? "na bieżąco"
      : `${events === null ? "wiele zdarzeń" : count(events, { one: "# zdarzenie", few: "# zdarzenia", many: "# zdarzeń", other: "# zdarzenia" })}, ${new Intl.NumberFormat("pl", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(seconds)} s`,
  position: "Pozycja w dzienniku",
  error: "Błąd",
  vault: {
    title: "Klucze skarbca kart",
    why: "Karty są odnajdywane po skrócie numeru z kluczem. Nowy klucz tworzy `admittance keys rotate`; numer przechodzi na niego, gdy pojawi się ponownie.",
    key: "Klucz",
    states: { WAITING: "Czeka", WRITTEN: "W użyciu", OLDER: "Starszy" },
    numbers: "Numery odnajdywane tylko po nim",
    mayRetire: "brak: można go wycofać",
    waits: (instances) =>
      count(instances, {
        one: "Najnowszy klucz czeka: nie ma go # instancja.",
        few: "Najnowszy klucz czeka: nie mają go # instancje.",
        many: "Najnowszy klucz czeka: nie ma go # instancji.",
        other: "Najnowszy klucz czeka: nie ma go # instancji.",
      }),
  },
  settings: "Obowiązujące ustawienia",
  settingsWhy: "Instancji, która odpowiedziała. Hasła, tokeny i sekrety nie są pokazywane.",
  setting: "Ustawienie",
  value: "Wartość",
  notSet: "nie ustawiono",
  clock: {
    title: "Zegar testowy",
    why: "Czas, według którego liczą reguły. Idzie tylko do przodu, dla wszystkich w tej instalacji.",
    moved: "Zegar przestawiono do przodu.",
    steps: { PT5M: "+5 minut", PT1H: "+1 godzina", P1D: "+1 dzień", P7D: "+7 dni", P30D: "+30 dni" },
    target: "Ustaw na",
    set: "Ustaw zegar",
  },
};
