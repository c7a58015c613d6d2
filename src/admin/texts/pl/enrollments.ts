import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const enrollments: Texts["enrollments"] = {
  create: "Nowa rejestracja",
  make: "Utwórz kod",
  empty: "Nie ma jeszcze żadnej rejestracji",
  emptyWhy:
    "Rejestracja to kod dla jednego nowego urządzenia. Kto go ma, wpisuje go w aplikacji urządzenia, a urządzenie zgłasza się samo.",
  title: "Kod dla nowego urządzenia",
  enter: "Wpisz to w aplikacji na nowym urządzeniu:",
  waiting: "Oczekiwanie na urządzenie",
  enrolled: "Zarejestrowano",
  enrolledAs: "Urządzenie zgłosiło się jako",
  open: "Otwórz terminal",
  another: "Utwórz kolejny kod",
  cancel: "Anuluj",
  cancelOf: (id: string) => `Anuluj rejestrację ${id}`,
  cancelVerb: "Anuluj rejestrację",
  cancelTitle: "Anulować tę rejestrację?",
  cancelWhy: "Jej kod nie wpuści już żadnego urządzenia. Urządzenia, które się zgłosiły, zostają.",
  cancelled: "Rejestracja została anulowana.",
  statuses: { PENDING: "Oczekuje", CONSUMED: "Wykorzystana", EXPIRED: "Wygasła", CANCELLED: "Anulowana" },
  fields: {
    status: "Status",
    location: "Lokalizacja",
    merchantId: "Akceptant",
    device: "Urządzenie",
    expiresAt: "Ważna do",
    metadata: "Metadane",
    createdAt: "Utworzona",
    createdBy: "Utworzył",
    modifiedAt: "Ostatnia zmiana",
    id: "Identyfikator",
    lives: "Ważna przez",
  },
  noLocation: "Bez lokalizacji",
  metadataNone: "Nic jeszcze nie wpisano. To, co tu wpiszesz, zostaje przy urządzeniu i pozwala je odnaleźć.",
  pairName: (number: number) => `Nazwa ${String(number)}`,
  pairValue: (number: number) => `Wartość ${String(number)}`,
  addPair: "Dodaj nazwę i wartość",
  removePair: (number: number) => `Usuń ${String(number)}`,
  lives: {
    hours: (hours: number) =>
      count(hours, { one: "# godzinę", few: "# godziny", many: "# godzin", other: "# godziny" }),
    days: (days: number) => count(days, { one: "# dzień", few: "# dni", many: "# dni", other: "# dnia" }),
  },
};
