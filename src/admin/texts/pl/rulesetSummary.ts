import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const rulesetSummary: Texts["rulesetSummary"] = {
  gap: "…",
  and: " i ",
  comma: ", ",
  unlimited: "dowolnie wiele",
  everyCard: "Dla każdej karty.",
  cards: (parts) => `Dla ${parts}.`,
  products: (codes) => `kart ${codes}`,
  anyProduct: "kart",
  issuedIn: (countries) => ` wydanych w ${countries}`,
  ofIca: (icas) => ` przez ICA ${icas}`,
  onlyRanges: (ica, ranges) => `${ica} (tylko ${ranges})`,
  enrolled: ", które są zarejestrowane",
  trust: {
    CODE: "Terminal musi być przyjęty swoim kodem.",
    BEARER: "Terminal musi okazać token.",
    KEY: "Terminal musi wykazać się własnym kluczem.",
    CERTIFICATE: "Terminal musi łączyć się własnym certyfikatem.",
    ATTESTED: "Terminal musi wykazać, że jego urządzenie jest poświadczone.",
  },
  anywhere: (services) => (services === "" ? "Wszędzie." : `Wszędzie, gdzie jest ${services}.`),
  inCountries: (services, countries) =>
    services === "" ? `Wszędzie w: ${countries}` : `Każda usługa ${services} w: ${countries}`,
  atPlaces: (places) => `W miejscach: ${places}`,
  alsoAt: (places) => `, a także w miejscach: ${places}`,
  services: { LOUNGE: "salonik", FAST_LINE: "szybka ścieżka" },
  from: (from) => `Od ${from}, bezterminowo.`,
  until: (to) => `Do ${to}.`,
  between: (from, to) => `Od ${from} do ${to}.`,
  noEnd: "Bezterminowo.",
  forEver: "łącznie",
  lastDays: (days) => `w dowolnych ${days} dniach`,
  calendar: (unit, zone) => `na ${unit} kalendarzowy (${zone})`,
  units: { DAY: "dzień", WEEK: "tydzień", MONTH: "miesiąc", QUARTER: "kwartał", YEAR: "rok" },
  validity: "w całym okresie ważności reguły",
  unlimitedFree: "Dowolnie często, bezpłatnie.",
  nobody: "Nikt nie wejdzie: brak wizyt bezpłatnych i płatnych.",
  visits: (visits) =>
    /^\d+$/.test(visits)
      ? count(Number(visits), { one: "# wizyta", few: "# wizyty", many: "# wizyt", other: "# wizyty" })
      : `${visits} wizyt`,
  freeVisits: (visits, window) => `${visits} ${window}, bezpłatnie`,
  fromPool: "Bezpłatnie, dopóki w puli są miejsca",
  anyFree: "Dowolnie często, bezpłatnie",
  paidVisits: (visits, window, fee) => `${visits} ${window}, po ${fee}`,
  anyPaid: (fee) => `Dowolnie często, po ${fee}`,
  thenPaid: (visits, fee) => `, potem ${visits} po ${fee}`,
  atOnePlace: (visits, window) => `; najwyżej ${visits} w jednym miejscu ${window}`,
  full: (text) => `${text}.`,
  noGuests: "Bez gości.",
  adults: "dorośli",
  children: "dzieci",
  guests: (kind, max, rest) =>
    max === ""
      ? `Goście, ${kind}: ${rest}.`
      : `Goście, ${kind}, najwyżej ${max} przy jednym wejściu: ${rest}.`,
  guestsFree: (free, window) => `bezpłatnie ${free} ${window}`,
  guestsPool: "bezpłatnie z puli",
  guestsPaid: (paid, fee, window) => `${paid} po ${fee} ${window}`,
  guestsThenPaid: (free, paid, fee, window) => `bezpłatnie ${free}, potem ${paid} po ${fee} ${window}`,
  underAge: (years) => `Dzieci poniżej ${years} lat wchodzą zawsze bezpłatnie i nie są liczone.`,
  pool: (places, window) => `Bezpłatne miejsca: ${places} ${window}, wspólne dla posiadacza i gości.`,
  budget: (visits, window) => `Wszystkie karty razem: ${visits} ${window}.`,
  spend: (amount, mccs, days) =>
    mccs === ""
      ? `Tylko jeśli kartą wydano ${amount} w ostatnich ${days} dniach.`
      : `Tylko jeśli kartą wydano ${amount} w sklepach kategorii ${mccs} w ostatnich ${days} dniach.`,
  grace: (days) =>
    count(days, {
      one: "Spełnione jeszcze przez # dzień.",
      few: "Spełnione jeszcze przez # dni.",
      many: "Spełnione jeszcze przez # dni.",
      other: "Spełnione jeszcze przez # dnia.",
    }),
  external: (rule) => `Pytana jest też reguła zewnętrzna ${rule}.`,
  asi: "Bank jest pytany, czy karta jest ważna.",
  asiThenAmount: "Bank jest pytany, czy karta jest ważna, a potem o kwotę.",
  chargesFees: "Pobiera też opłaty.",
  silent: { CLOSED: "Bez odpowiedzi karta jest odrzucana.", OPEN: "Bez odpowiedzi karta jest wpuszczana." },
  offline: {
    RANGES: "karty z tych zakresów BIN",
    WHITELIST: "karty z białej listy",
    BOTH: "karty z tych zakresów BIN i z białej listy",
  },
  offlineEntry: (cards, guests, caps) =>
    `Bez połączenia terminal sam wpuszcza ${cards}, ${
      guests === 0
        ? "bez gości"
        : count(guests, {
            one: "najwyżej z # gościem",
            few: "najwyżej z # gośćmi",
            many: "najwyżej z # gośćmi",
            other: "najwyżej z # gościa",
          })
    }${caps === "" ? "" : `; w ciągu 24 godzin ${caps}`}.`,
  offlinePerCard: (entries) =>
    count(entries, {
      one: "najwyżej # wejście jednej karty",
      few: "najwyżej # wejścia jednej karty",
      many: "najwyżej # wejść jednej karty",
      other: "najwyżej # wejścia jednej karty",
    }),
  offlinePerTerminal: (entries) =>
    count(entries, {
      one: "najwyżej # wejście na jednym terminalu",
      few: "najwyżej # wejścia na jednym terminalu",
      many: "najwyżej # wejść na jednym terminalu",
      other: "najwyżej # wejścia na jednym terminalu",
    }),
  priority: (number) => `Jeśli kartę wpuszcza kilka reguł, wygrywa najniższy numer: tu ${number}.`,
};
