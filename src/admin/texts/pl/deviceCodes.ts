import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

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
  life: {
    title: "Historia terminala",
    none: "Jeszcze nic.",
    byItself: "Urządzenie",
    key: (key) => `klucz ${key}`,
    acts: {
      REGISTERED: "Zarejestrowany",
      MOVED: "Przeniesiony lub zmieniono profil:",
      DESCRIBED: "Zmieniono nazwę lub metadane",
      CODE_ISSUED: "Wydano kod parowania",
      WRONG_CODE: "Wpisano błędny kod",
      PAIRED: "Sparowany",
      ENROLLED: "Zgłoszony kodem",
      CLAIM_CODE_ISSUED: "Poprosił o kod do pokazania",
      CLAIMED: "Przejęty",
      ATTESTED: "Poświadczony",
      ACTIVATED: "Aktywowany",
      KEY_ROTATED: "Wymienił swój klucz",
      SUSPENDED: "Wstrzymany",
      RESUMED: "Wznowiony",
      UNPAIRED: "Rozparowany",
      REMOVED: "Usunięty",
    },
  },
  failures: {
    title: "Dlaczego się nie sparował",
    why: {
      WRONG_CODE: "Wpisano błędny kod.",
      CODE_LOCKED: "Kod zablokowano po zbyt wielu błędnych próbach. Wydaj nowy.",
      CODE_EXPIRED: "Kod wygasł. Wydaj nowy.",
      CODE_USED: "Kod był już użyty. Wydaj nowy.",
      NO_CODE: "Nie było kodu do wpisania. Wydaj go.",
      SUSPENDED: "Terminal jest wstrzymany. Najpierw go wznów.",
      KEY_REFUSED: "Przysłany klucz jest słaby. Oprogramowanie terminala musi utworzyć inny.",
      CALLER_WAITS: "Z jego sieci przyszło zbyt wiele błędnych prób. Z nowym kodem ma jedną próbę.",
    },
  },
  consequences: {
    lists: "Bez łączności może nadal wpuszczać karty według list, które ma, do",
    reports: (missing) =>
      count(missing, {
        one: "# raport o jego własnych decyzjach jeszcze nie dotarł i może nie dotrzeć.",
        few: "# raporty o jego własnych decyzjach jeszcze nie dotarły i mogą nie dotrzeć.",
        many: "# raportów o jego własnych decyzjach jeszcze nie dotarło i może nie dotrzeć.",
        other: "# raportu o jego własnych decyzjach jeszcze nie dotarło i może nie dotrzeć.",
      }),
  },
};
