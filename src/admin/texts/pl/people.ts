import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const people: Texts["people"] = {
  create: "Nowy użytkownik",
  created: (email) => `Dodano: ${email}.`,
  edit: "Edytuj",
  editTitle: (email) => `Edycja: ${email}`,
  saved: (email) => `Zapisano: ${email}.`,
  remove: "Usuń użytkownika",
  removed: (email) => `Usunięto: ${email}.`,
  removeWhy: "Logowanie kończy się od razu, razem z otwartymi sesjami. Historia zostaje.",
  empty: "Nie ma jeszcze użytkowników",
  emptyWhy: "Użytkownicy logują się do panelu adresem e-mail i hasłem.",
  oneself: "To Ty",
  facts: "Szczegóły",
  generate: "Wygeneruj hasło",
  passwordHelp: "Co najmniej 12 znaków.",
  newPasswordHelp: "Puste pole zostawia hasło bez zmian. Nowe hasło kończy sesje użytkownika.",
  passwordShort: "Potrzeba co najmniej 12 znaków.",
  stored: "Mam je zapisane",
  secret: {
    title: "Hasło, pokazane tylko teraz",
    why: "Przekaż je bezpiecznie. Nie da się go pokazać ponownie; można ustawić nowe.",
  },
  scope: {
    everything: "Wszystko",
    icas: (which) => `ICA ${which}`,
    merchants: (merchants) =>
      count(merchants, {
        one: "# akceptant",
        few: "# akceptantów",
        many: "# akceptantów",
        other: "# akceptanta",
      }),
    locations: (locations) =>
      count(locations, {
        one: "# lokalizacja",
        few: "# lokalizacje",
        many: "# lokalizacji",
        other: "# lokalizacji",
      }),
    wantsIcas: "Wydawca bez ICA nie widzi niczego: podaj co najmniej jeden.",
    wantsPlaces:
      "Dostawca usług bez akceptanta lub lokalizacji nie widzi niczego: wybierz co najmniej jedną pozycję.",
  },
  keys: {
    one: "Klucz API",
    create: "Nowy klucz API",
    make: "Utwórz klucz",
    nameHelp: "Kto lub co go używa.",
    empty: "Nie ma jeszcze kluczy API",
    emptyWhy: "Inne systemy używają API z kluczem, który ma rolę i zakres jak użytkownik.",
    secretTitle: "Klucz API, pokazany tylko teraz",
    secretWhy: "Zapisany jest tylko jego skrót: nie da się go pokazać ponownie.",
    revoke: "Unieważnij",
    revokeOf: (name) => `Unieważnij ${name}`,
    revokeTitle: "Unieważnienie klucza API",
    revokeWhy: "Klucz przestaje działać od następnego żądania i nie można go przywrócić.",
    revoked: (name) => `Unieważniono: ${name}.`,
  },
  fields: {
    name: "Nazwa",
    firstName: "Imię",
    lastName: "Nazwisko",
    email: "E-mail",
    role: "Rola",
    scope: "Zakres",
    icas: "ICA",
    icasHelp: "Rozdzielone przecinkami.",
    merchantIds: "Akceptanci",
    locationIds: "Lokalizacje",
    password: "Hasło",
    newPassword: "Nowe hasło",
    createdAt: "Utworzono",
    createdBy: "Utworzył",
    modifiedAt: "Ostatnia zmiana",
    modifiedBy: "Zmienił",
    id: "Identyfikator",
  },
};
