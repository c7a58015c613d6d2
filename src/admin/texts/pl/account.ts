import type { Texts } from "../texts.ts";

export const account: Texts["account"] = {
  facts: "Ty",
  changes: "Te dane zmienia administrator.",
  sessions: {
    title: "Gdzie jesteś zalogowany",
    here: "Tutaj",
    unknown: "Nieznana przeglądarka",
    browser: "Przeglądarka",
    openedAt: "Zalogowano",
    lastSeenAt: "Ostatnio używana",
    end: "Zakończ",
    endOf: (browser) => `Zakończ sesję: ${browser}`,
    ended: "Sesja została zakończona.",
    endOthers: "Zakończ wszystkie inne",
    othersEnded: "Inne sesje zostały zakończone.",
    actions: "Zakończ sesję",
  },
  looks: "Wygląd panelu",
  password: {
    title: "Hasło",
    why: "Nowe hasło kończy Twoje sesje na innych urządzeniach. Ta trwa dalej.",
    submit: "Zmień hasło",
    done: "Hasło zmienione. Inne sesje zostały zakończone.",
    differs: "Nie jest takie samo jak powyżej.",
  },
  fields: {
    oldPassword: "Obecne hasło",
    password: "Nowe hasło",
    repeated: "Nowe hasło ponownie",
  },
};
