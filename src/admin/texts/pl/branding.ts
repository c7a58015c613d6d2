import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const branding: Texts["branding"] = {
  why: "To, co wszyscy widzą w tej instalacji, także na stronie logowania. Kolory stanów nigdy się nie zmieniają.",
  parts: {
    look: "Nazwa i wygląd",
    support: "Wsparcie i strony prawne",
    services: "Usługi",
    preview: "Podgląd",
  },
  saved: "Tak to teraz wygląda, także w innych kartach.",
  fields: {
    name: "Nazwa",
    accent: "Kolor",
    accentHelp: "Z niego biorą kolory przyciski, linki i to, co wybrane.",
    pick: "Wybierz kolor",
    logo: "Logo",
    logoHelp: "PNG lub WebP, najwyżej 200 kB. Wyświetlane w wysokości 22 i 32 pikseli.",
    logoRemove: "Użyj logo produktu",
    logoOwn: "Używane jest logo produktu.",
    email: "E-mail wsparcia",
    phone: "Telefon wsparcia",
    links: "Strony prawne",
    linksNone: "Brak. Dodaj dane firmy, informację o prywatności itp.",
    addLink: "Dodaj stronę",
    label: (number) => `Nazwa strony ${String(number)}`,
    url: (number) => `Adres strony ${String(number)}`,
    urlHelp: "Zaczyna się od https://",
    removeLink: (number) => `Usuń stronę ${String(number)}`,
    offered: (service) => `${service}: w ofercie`,
    english: (service) => `${service} po angielsku`,
    polish: (service) => `${service} po polsku`,
    services: "Usługi",
  },
  services: { LOUNGE: "Salonik", FAST_LINE: "Szybka ścieżka" },
  uploading: "Plik jest sprawdzany…",
  schemes: { light: "Jasne", dark: "Ciemne" },
  sample: {
    button: "Zapisz",
    link: "Link",
    chosen: "Wybrane",
    shades: "Odcienie, od jasnych do ciemnych",
  },
  adjusted: {
    none: "Niczego nie trzeba było poprawiać: kolor jest wszędzie czytelny.",
    some: (adjusted) =>
      `Poprawiono ${count(adjusted, { one: "# kolor", few: "# kolory", many: "# kolorów", other: "# koloru" })}, aby tekst miał kontrast 4,5 do 1:`,
    filled: (scheme, before, after) => `Przyciski, ${scheme}: ${after} zamiast ${before}`,
    link: (scheme, before, after) => `Linki, ${scheme}: ${after} zamiast ${before}`,
  },
};
