import type { Texts } from "../texts.ts";

export const account: Texts["account"] = {
  facts: "Ty",
  changes: "Te dane zmienia administrator. Język, kolory, strefa czasowa i wiersze są w menu u góry.",
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
