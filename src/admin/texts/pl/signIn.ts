import type { Texts } from "../texts.ts";

export const signIn: Texts["signIn"] = {
  title: "Logowanie",
  email: "E-mail",
  password: "Hasło",
  submit: "Zaloguj się",
  refused: "Adres e-mail lub hasło jest nieprawidłowe.",
  showPassword: "Pokaż hasło",
  locked: (until) => `Zbyt wiele prób. Spróbuj ponownie po ${until}.`,
};
