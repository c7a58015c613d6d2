import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const offline: Texts["offline"] = {
  empty: "Nic nie czeka",
  emptyWhy:
    "Tu pojawiają się wejścia, do których terminale dopuściły bez łączności, jeśli coś się w nich nie zgadza.",
  fields: { happened: "Kiedy", reported: "Zgłoszono", review: "Sprawdzenie", select: "Zaznacz" },
  byFlag: "Czekające, według oznaczeń",
  all: (waiting) => `Wszystkie (${String(waiting)})`,
  missing: (terminals) =>
    count(terminals, {
      one: "Brakuje zgłoszeń # terminala",
      other: "Brakuje zgłoszeń # terminali",
    }),
  listsOver: (terminals) =>
    count(terminals, {
      one: "Lista # terminala straciła ważność",
      other: "Listy # terminali straciły ważność",
    }),
  selectOne: (card) => `Zaznacz wejście karty ${card}`,
  acceptSelected: (entries) =>
    count(entries, { one: "Przyjmij # wejście", few: "Przyjmij # wejścia", other: "Przyjmij # wejść" }),
  disputeSelected: (entries) =>
    count(entries, {
      one: "Zakwestionuj # wejście",
      few: "Zakwestionuj # wejścia",
      other: "Zakwestionuj # wejść",
    }),
  title: (accessId) => `Wejście bez łączności ${accessId}`,
  report: "Co zgłosił terminal",
  amiss: "Co się nie zgadza",
  nothingAmiss: "Z tym wejściem wszystko jest w porządku.",
  others: "Inne wizyty karty, dobę przed i po",
  noOthers: "Karta nie była nigdzie indziej w ciągu doby przed i po.",
  decided: {
    OFFLINE_BIN_RANGE: "Terminal zdecydował sam, według listy zakresów numerów.",
    OFFLINE_WHITELIST: "Terminal zdecydował sam, według listy kart.",
  },
  overtaken:
    "Zgłoszone później wejście bez łączności wykorzystało już to, na podstawie czego wpuszczono to wejście. Decyzja pozostaje.",
  occurredAt: "Kiedy",
  uncertainty: "Zegar mógł się mylić o",
  seconds: (seconds) => count(seconds, { one: "# sekundę", few: "# sekundy", other: "# sekund" }),
  reportedAt: "Zgłoszono",
  number: "Kolejny numer",
  listVersion: "Lista",
  terminals: "Zgłosił",
  refusal: "Dlaczego terminal odmówił",
  grant: "Potwierdza zgodę",
  overtakes: "Wyprzedza",
  reviewed: "Sprawdzono",
  reviewedBy: "Kto",
  reviewReason: "Powód",
  accept: "Przyjmij",
  dispute: "Zakwestionuj",
  keys: "Klawisz a przyjmuje, d kwestionuje.",
  review: {
    acceptTitle: "Przyjmij",
    disputeTitle: "Zakwestionuj",
    acceptWhy:
      "Jest tak, jak powinno być, albo można to przepuścić. Wejście znika z kolejki i wraca, jeśli okaże się, że nie zgadza się coś jeszcze.",
    disputeWhy:
      "Ktoś musi to wyjaśnić. Wejście znika z kolejki, nadal liczy się w każdym limicie, a w raportach jest oznaczone jako zakwestionowane.",
    reason: "Powód",
    reasonWanted: "Podaj powód.",
    done: (entries) =>
      count(entries, {
        one: "Sprawdzono # wejście.",
        few: "Sprawdzono # wejścia.",
        other: "Sprawdzono # wejść.",
      }),
  },
  whys: {
    OVER_LIMIT: "Limit karty był wykorzystany albo gości było więcej, niż dopuszcza reguła.",
    BUDGET_EXCEEDED: "Budżet programu był w tym czasie wykorzystany.",
    IN_COOLDOWN: "Karta była tu zbyt niedawno: nie minęła przerwa między wizytami.",
    CAP_EXCEEDED: "Więcej, niż reguła pozwala terminalowi rozstrzygnąć samemu w ciągu 24 godzin.",
    UNKNOWN_CARD: "Numer nie należy do żadnego zakresu, a biała lista go nie wymienia.",
    CARD_REPLACED: "Do tego czasu kartę zastąpiła inna.",
    NO_RULE: "Żadna reguła nie dopuszcza tu tej karty bez łączności.",
    BEFORE_PAIRING: "Zdarzyło się przed sparowaniem terminala.",
    TERMINAL_SUSPENDED: "Terminal był w tym czasie zawieszony.",
    TERMINAL_REVOKED: "Klucz terminala był w tym czasie nieważny.",
    PLACE_SWITCHED_OFF: "W tej lokalizacji nie wolno było decydować bez łączności.",
    IN_FUTURE: "Terminal zgłasza czas, który jeszcze nie nadszedł: jego zegar się myli.",
    LIST_EXPIRED: "Lista, według której decydował terminal, straciła ważność.",
    LIST_NEVER_SENT: "Terminal podaje listę, której nigdy nie otrzymał, albo żadnej.",
    LOOKS_LIKE_ANOTHER: "Inne wejście tej karty w tej lokalizacji miało miejsce niemal w tym samym czasie.",
    REVERSED_MEANWHILE: "Dotyczy wejścia, które tymczasem cofnięto; pozostaje cofnięte.",
    CONFIRMED_OTHERWISE: "Terminal potwierdził tę zgodę z innymi gośćmi.",
    OVERTAKES: "Wpuszczono online wejście, którego by nie wpuszczono, gdyby to było znane.",
  },
  terminal: {
    title: "Bez łączności",
    list: "Lista",
    lists: { ACCOUNT_RANGES: "Zakresy numerów", WHITELIST: "Lista kart" },
    sentAt: "Wysłano",
    validUntil: "Ważna do",
    over: "straciła ważność",
    overBy: "Lista nieważna w chwili",
    noLists: "Nigdy nie otrzymał listy i sam nikogo nie wpuszcza.",
    lastReport: "Ostatnie zgłoszenie",
    never: "nigdy",
    missing: "Brakujące zgłoszenia",
    none: "brak",
    numbers: (from, to) =>
      from === to ? `numer ${String(from)}` : `numery od ${String(from)} do ${String(to)}`,
  },
};
