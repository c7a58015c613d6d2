import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
const people = (of: number) =>
  count(of, { one: "# osoba", few: "# osoby", many: "# osób", other: "# osoby" });

export const terms: Texts["terms"] = {
  upload: "Dodaj dokument",
  uploaded: (document, day) => `Dodano: ${document}, ważny od ${day}.`,
  unchanged: "Ten sam plik już jest dla tego dnia. Niczego nie zmieniono.",
  empty: "Nie ma jeszcze dokumentów",
  emptyWhy:
    "Wydawcy, dostawcy usług i Call Center akceptują Regulamin i Politykę prywatności przy pierwszym logowaniu i po każdej nowej wersji. Dopóki ich nie ma, nikt nie jest pytany.",
  why: "Dokumentów nie można edytować ani usuwać: dla tego samego dnia liczy się ostatni, a pozostałe zostają tutaj.",
  openOf: (size, document, day) => `PDF, ${size}: ${document}, ${day}`,
  size: (size) => `PDF, ${size}`,
  kinds: { TERMS: "Regulamin", PRIVACY_POLICY: "Polityka prywatności" },
  statuses: { VALID: "Ważny", SCHEDULED: "Jeszcze nieważny", SUPERSEDED: "Historia" },
  consents: (given, of) => `${String(given)} z ${String(of)}`,
  fields: {
    kind: "Dokument",
    validFrom: "Ważny od",
    validFromHelp: "Od pierwszej chwili tego dnia, w UTC.",
    file: "Plik PDF",
    fileHelp: "Najwyżej 5 MB.",
    status: "Stan",
    consents: "Zaakceptowało",
    uploadedAt: "Dodano",
    uploadedBy: "Dodał",
    pdf: "Plik",
    sha256: "SHA-256",
  },
  errors: {
    file: "Wybierz plik PDF.",
    type: "To nie jest plik PDF.",
    size: "Plik ma więcej niż 5 MB.",
  },
  effect: {
    title: "Co z tego wyniknie",
    replaces: (day, given) =>
      given === 0
        ? `Zastępuje plik z ${day}, który zostaje w historii.`
        : `Zastępuje plik z ${day}, który zostaje w historii; ponowna akceptacja: ${people(given)}.`,
    wanted: (of, day) =>
      of === 0
        ? "Nikt nie musi jeszcze akceptować: nie ma wydawców, dostawców usług ani Call Center."
        : `Od ${day} przed dalszą pracą musi zaakceptować: ${people(of)}.`,
    atOnce: (of) =>
      of === 0
        ? "Nikt nie musi jeszcze akceptować: nie ma wydawców, dostawców usług ani Call Center."
        : `Od razu przed dalszą pracą musi zaakceptować: ${people(of)}.`,
    history: "Trafi od razu do historii: ważny dokument jest z późniejszego dnia.",
  },
  consent: {
    title: "Zanim przejdziesz dalej",
    why: "Przeczytaj oba dokumenty i zaakceptuj je. Zapytamy ponownie dopiero po nowej wersji.",
    whyOne: "Przeczytaj dokument i zaakceptuj go. Zapytamy ponownie dopiero po nowej wersji.",
    validFrom: (day) => `Ważny od ${day}`,
    download: (document) => `Pobierz: ${document} (PDF)`,
    noViewer: "Przeglądarka nie pokazuje tu plików PDF. Pobierz dokument, aby go przeczytać.",
    agree: {
      TERMS: "Przeczytałem(-am) Regulamin i akceptuję go.",
      PRIVACY_POLICY: "Przeczytałem(-am) Politykę prywatności i akceptuję ją.",
    },
    untaken: "Zaznacz, aby przejść dalej.",
    submit: "Dalej",
    changed: "W międzyczasie obowiązuje inna wersja. Wczytaj stronę ponownie, aby ją przeczytać.",
    reload: "Wczytaj ponownie",
  },
};
