import type { Texts } from "../texts.ts";

export const signIn: Texts["signIn"] = {
  title: "Logowanie",
  email: "E-mail",
  password: "Hasło",
  submit: "Zaloguj się",
  refused: "Adres e-mail lub hasło jest nieprawidłowe.",
  showPassword: "Pokaż hasło",
  locked: (until) => `Zbyt wiele prób. Spróbuj ponownie po ${until}.`,
  invitation: {
    title: "Witaj",
    whose: (email) => `Wybierz hasło dla ${email}. Logujesz się adresem i hasłem.`,
    until: (time) => `Zaproszenie jest ważne do ${time} i można go użyć raz.`,
    submit: "Ustaw hasło",
    void: "To zaproszenie już nie obowiązuje",
    voidWhy: "Zostało użyte, wygasło albo zastąpiono je innym. Poproś administratora o nowe.",
    toSignIn: "Zaloguj się",
    done: "Hasło zostało ustawione",
    doneWhy: "Zaloguj się adresem e-mail i hasłem.",
  },
};
