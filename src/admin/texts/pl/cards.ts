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
  waitsAt: (place) => `Czeka w ${place}`,
  statuses: { ACTIVE: "Aktywna", FROZEN: "Zamrożona" },
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
    frozen: (since) => (since === null ? "Zamrożona" : `Zamrożona od ${since}`),
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
      "Tylko według liczby wizyt. Reguła może wymagać więcej na miejscu: miejsca, wydatków, zapisu do programu.",
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
    left: (left, allowed) => `${String(left)} z ${String(allowed)} pozostało`,
    usedUnlimited: (used) => `bez ograniczeń, wykorzystano: ${visits(used)}`,
  },
  history: {
    title: "Co z nią zrobiono",
    none: "Nic poza wizytami.",
    noneLately: "Nic wśród ostatniego tysiąca zdarzeń.",
    at: "Kiedy",
    act: "Co",
    by: "Kto",
    byItself: "System",
    more: "Szukaj wcześniej",
    acts: {
      FROZEN: "Zamrożona",
      UNFROZEN: "Odmrożona",
      ENROLLED: "Zapisana do programu",
      UNENROLLED: "Wypisana z programu",
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
      verb: "Zamroź",
      title: "Zamrożenie karty",
      why: "Każdy terminal odmawia jej od razu, do odmrożenia.",
      done: "Karta została zamrożona.",
    },
    unfreeze: {
      verb: "Odmroź",
      title: "Odmrożenie karty",
      why: "Znów może wchodzić zgodnie z regułami.",
      done: "Karta została odmrożona.",
    },
    enroll: {
      verb: "Zapisz do programu",
      title: "Zapis karty do programu",
      why: "Od teraz dotyczą jej reguły dla kart zapisanych.",
      done: "Karta jest w programie.",
    },
    unenroll: {
      verb: "Wypisz z programu",
      title: "Wypisanie karty z programu",
      why: "Reguły dla kart zapisanych już jej nie dotyczą.",
      done: "Karty nie ma już w programie.",
    },
  },
  adjust: {
    open: "Koryguj wizyty",
    title: "Korekta wizyt",
    give: "Dodaj",
    take: "Odejmij",
    nothing: "Podaj liczbę wizyt bezpłatnych lub płatnych.",
    submit: "Koryguj wizyty",
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
    created: "Pierwszy raz",
    createdFrom: "Pierwszy raz od",
    createdTo: "Pierwszy raz do",
    lastSeen: "Ostatni raz",
    seenFrom: "Ostatni raz od",
    seenTo: "Ostatni raz do",
    frozen: "Zamrożona",
    frozenReason: "Powód zamrożenia",
    enrolled: "W programie",
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
