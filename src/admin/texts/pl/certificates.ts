import type { Texts } from "../texts.ts";

export const certificates: Texts["certificates"] = {
  empty: "Nie ma jeszcze żadnego certyfikatu",
  emptyWhy:
    "System POS, który łączy się przez mutual TLS, dostaje certyfikat za kod konfiguracji. Utwórz kod przy jego terminalu.",
  terminals: "Przejdź do terminali",
  states: { ACTIVE: "Aktywny", RETIRING: "Zastępowany", EXPIRED: "Wygasł", REVOKED: "Nieważny" },
  endedBy: {
    REVOKED: "Unieważniony ręcznie",
    REPLACED: "Zastąpił go inny",
    UNPAIRED: "Terminal rozparowano",
    REMOVED: "Terminal usunięto",
  },
  keyMadeBy: { DEVICE: "Przez urządzenie", SERVER: "Przez serwer" },
  fields: {
    state: "Stan",
    terminal: "Terminal",
    posId: "Identyfikator POS",
    serialNumber: "Numer seryjny",
    issued: "Wydany",
    until: "Ważny do",
    ended: "Nieważny od",
    endedBy: "Powód",
    keyMadeBy: "Klucz utworzony",
    fingerprint: "Odcisk (SHA-256)",
    subject: "Podmiot",
    expiresBefore: "Kończy się przed",
    location: "Lokalizacja",
    id: "Identyfikator",
  },
  revoke: "Unieważnij",
  revokeOf: (serial) => `Unieważnij certyfikat terminala ${serial}`,
  revokeTitle: (serial) => `Unieważnić certyfikat terminala ${serial}?`,
  revokeWhy: (posId) =>
    `System POS ${posId} będzie odrzucany od następnego żądania na każdej instancji, a jego otwarte połączenia zostaną zamknięte.`,
  revokeThen:
    "Jeśli nie ma innego certyfikatu, terminal nie jest już sparowany: żeby wrócić, potrzebuje nowego kodu konfiguracji.",
  reason: "Powód (opcjonalnie)",
  revoked: "Certyfikat został unieważniony.",
};
