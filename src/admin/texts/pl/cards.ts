import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
const visits = (left: number) =>
  count(left, { one: "# wizyta", few: "# wizyty", many: "# wizyt", other: "# wizyty" });

const signed = (visitCount: number, forms: Parameters<typeof count>[1]) =>
  visitCount === 0 ? null : `${visitCount < 0 ? "−" : "+"}${count(Math.abs(visitCount), forms)}`;

export const cards: Texts["cards"] = {
  title: (card) => `Karta ${card}`,
  empty: "Nie ma jeszcze kart",
  emptyWhy: "Karta pojawia się tu po pierwszym zbliżeniu do terminala albo po wyszukaniu i zmianie.",
  yes: "Tak",
  no: "Nie",
  until: "do",
  facts: "Dane",
  recent: "Ostatnie wejścia i odmowy",
  noOperations: "Ta karta nie była jeszcze przy żadnym terminalu.",
  allOperations: (total) =>
    count(total, {
      one: "Wszystkie (#)",
      few: "Wszystkie (#)",
      many: "Wszystkie (#)",
      other: "Wszystkie (#)",
    }),
  waitsAt: (place) => `Oczekuje: ${place}`,
  statuses: { ACTIVE: "Aktywna", FROZEN: "Zablokowana" },
  lookup: {
    title: "Znajdź kartę",
    label: "Numer karty",
    verb: "Znajdź",
    help: "Od 12 do 19 cyfr. Numer nie jest nigdzie zapisywany.",
    good: "Cyfra kontrolna się zgadza.",
    wrong: "Cyfra kontrolna się nie zgadza: jedna z cyfr jest inna niż na karcie.",
    short: "Numer karty ma od 12 do 19 cyfr.",
    unknown: "W Twoim zakresie nie ma karty o tym numerze.",
  },
  answers: {
    joined: "Jej następcą jest inna karta: sprawdź tam.",
    frozen: (since) => (since === null ? "Zablokowana" : `Zablokowana od ${since}`),
    open: (until) => `Wejście czeka na potwierdzenie do ${until}`,
    free: (left, rule) => `Może wejść bezpłatnie: ${visits(left)} (${rule})`,
    freeUnlimited: (rule) => `Może wchodzić bezpłatnie bez ograniczeń (${rule})`,
    paid: (left, rule) => `Może wejść za opłatą: ${visits(left)} (${rule}).`,
    paidUnlimited: (rule) => `Może wchodzić za opłatą bez ograniczeń (${rule}).`,
    nextFree: (at) => `Następna bezpłatna wizyta ${at}`,
    usedUp: "Wizyty są wykorzystane i żadna sama nie wróci",
    unseen: "Karta nie była jeszcze przy terminalu: jej reguły będą znane po pierwszym zbliżeniu",
    noRule: "Żadna obowiązująca reguła nie dotyczy tej karty",
    asFar:
      "Tylko według liczby wizyt. Reguła może wymagać więcej na miejscu: miejsca, wydatków, rejestracji w programie.",
  },
  cardholder: {
    title: "Prawa posiadacza karty",
    why: "Kto pyta, co jest o karcie przechowywane, dostaje plik; kto chce być zapomniany, jest wymazywany.",
    erased: "Posiadacza wymazano: żaden numer już tu nie prowadzi.",
    download: "Pobierz, co jest przechowywane",
    erase: "Wymaż posiadacza",
    goes: "Skrót numeru, maska i każdy wpis na liście terminala znikają na zawsze: nikt nie znajdzie już karty po numerze, a ten sam numer będzie od tej chwili nową kartą.",
    stays: "Wejścia, liczby i sumy zostają, bez wskazania, czyje były.",
    done: "Posiadacza wymazano.",
  },
  balances: {
    title: "Salda według reguł",
    none: "Nie ma sald do pokazania.",
    rule: "Reguła",
    window: "Liczone",
    free: "Wizyty bezpłatne",
    paid: "Wizyty płatne",
    guests: "Goście przy wejściu",
    next: "Następna bezpłatna wizyta",
    unlimited: "bez ograniczeń",
    noneAllowed: "brak",
    left: (left, allowed) => `pozostało ${String(left)} z ${String(allowed)}`,
    usedUnlimited: (used) => `bez ograniczeń, wykorzystano: ${visits(used)}`,
  },
  history: {
    title: "Historia zmian",
    none: "Nie było zmian poza wizytami.",
    byItself: "System",
    acts: {
      FROZEN: "Zablokowana",
      UNFROZEN: "Odblokowana",
      ENROLLED: "Zarejestrowana w programie",
      UNENROLLED: "Wyrejestrowana z programu",
      ADJUSTED: "Korekta wizyt",
      JOINED_INTO: "To samo konto co inna karta, która ją zastępuje:",
      ABSORBED: "Zastępuje inną kartę tego samego konta:",
    },
    adjusted: (free, paid) =>
      [
        signed(free, {
          one: "# wizyta bezpłatna",
          few: "# wizyty bezpłatne",
          many: "# wizyt bezpłatnych",
          other: "# wizyty bezpłatnej",
        }),
        signed(paid, {
          one: "# wizyta płatna",
          few: "# wizyty płatne",
          many: "# wizyt płatnych",
          other: "# wizyty płatnej",
        }),
      ]
        .filter((part) => part !== null)
        .join(", "),
  },
  acts: {
    freeze: {
      verb: "Zablokuj",
      title: "Blokada karty",
      why: "Od tej chwili każdy terminal jej odmówi, aż do odblokowania.",
      done: "Karta została zablokowana.",
    },
    unfreeze: {
      verb: "Odblokuj",
      title: "Odblokowanie karty",
      why: "Znów może wchodzić zgodnie z regułami.",
      done: "Karta została odblokowana.",
    },
    enroll: {
      verb: "Zarejestruj w programie",
      title: "Rejestracja karty w programie",
      why: "Od teraz obejmują ją reguły dla kart zarejestrowanych.",
      done: "Karta została zarejestrowana w programie.",
    },
    unenroll: {
      verb: "Wyrejestruj z programu",
      title: "Wyrejestrowanie karty z programu",
      why: "Reguły dla kart zarejestrowanych już jej nie obejmują.",
      done: "Karta została wyrejestrowana z programu.",
    },
  },
  adjust: {
    open: "Skoryguj wizyty",
    title: "Korekta wizyt",
    give: "Dodaj",
    take: "Odejmij",
    nothing: "Podaj liczbę wizyt bezpłatnych lub płatnych.",
    submit: "Skoryguj wizyty",
    done: "Wizyty zostały skorygowane.",
  },
  fields: {
    card: "Karta",
    cardId: "Identyfikator karty",
    status: "Status",
    bin: "BIN (pierwsze cyfry)",
    last4: "Ostatnie cztery cyfry",
    ica: "ICA",
    issuer: "Wydawca",
    productCode: "Produkt",
    issuerCountry: "Kraj wydawcy",
    created: "Pierwsze użycie",
    createdFrom: "Pierwsze użycie od",
    createdTo: "Pierwsze użycie do",
    lastSeen: "Ostatnie użycie",
    seenFrom: "Ostatnie użycie od",
    seenTo: "Ostatnie użycie do",
    frozen: "Zablokowana",
    frozenReason: "Powód blokady",
    enrolled: "Zarejestrowana",
    visits: "Wizyty łącznie",
    openEntry: "Oczekujące wejście",
    joined: "To samo konto co",
    joinedInto: "Następca",
    reason: "Powód",
    rulesetId: "Reguła",
    way: "Dodanie lub odjęcie",
    free: "Wizyty bezpłatne",
    paid: "Wizyty płatne",
  },
};
