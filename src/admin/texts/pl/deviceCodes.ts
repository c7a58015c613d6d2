import type { Texts } from "../texts.ts";

export const deviceCodes: Texts["deviceCodes"] = {
  pairing: {
    title: (serial) => `Parowanie ${serial}`,
    ask: "Inny kod już oczekuje. Nowy go unieważni.",
    enter: (serial) => `Wpisz ten kod na terminalu o numerze ${serial}:`,
    left: (time, until) => `Pozostało ${time}, do ${until}`,
    waiting: "Oczekiwanie na terminal",
    paired: "Sparowano",
    pairedWith: (key, trust) => `Klucz ${key}, zaufanie: ${trust}`,
  },
  code: {
    make: "Utwórz nowy kod",
    locked: "Zablokowany po zbyt wielu próbach. Utwórz nowy kod.",
    expired: "Kod wygasł. Utwórz nowy.",
    closing: "Zamknięcie ukryje kod na zawsze.",
    copy: "Kopiuj kod",
  },
  setUp: {
    get: "Kod konfiguracji",
    title: (serial) => `Konfiguracja systemu POS terminala ${serial}`,
    ask: "Kod konfiguracji jest dla systemu POS, który łączy się certyfikatem. Unieważnia kod, który już oczekuje.",
    enter: "Wpisz to w systemie POS razem z jednym z adresów:",
    https: "Adres HTTPS",
    wss: "Adres WSS",
    port: "Port",
    noPort: "Ten serwer nie ma portu dla certyfikatów. Operator ustawia MTLS_PORT.",
    waiting: "Oczekiwanie na system POS",
    isIn: "System POS jest połączony",
  },
  claim: {
    title: "Przejmij urządzenie",
    why: "Zarejestrowane urządzenie pokazuje przez pięć minut kod z sześciu znaków. Wpisz go tutaj, obejrzyj urządzenie, potem je przejmij.",
    code: "Kod z urządzenia",
    codeHelp: "Sześć liter i cyfr. Znaków 0, O, I i 1 nie ma w żadnym kodzie.",
    lookAlike: "Znaków 0, O, I i 1 nie ma w żadnym kodzie: spójrz na urządzenie jeszcze raz.",
    look: "Znajdź urządzenie",
    device: "Urządzenie",
    confirm: "Potwierdź",
    claimed: (serial) => `Przejęto: ${serial}`,
    then: "Dalej działa samo i za kilka sekund będzie sparowane.",
    outcomes: {
      NOT_FOUND: "Żadne urządzenie nie pokazuje tego kodu. Spójrz na nie jeszcze raz.",
      EXPIRED: "Ten kod wygasł. Niech urządzenie pokaże nowy.",
      USED: "Tego kodu już użyto.",
    },
  },
};
