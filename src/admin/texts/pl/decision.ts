import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
type Left = number | "UNLIMITED" | null;
const left = (value: Left): string => (value === "UNLIMITED" ? "bez limitu" : String(value ?? 0));
const within = (bounds: string | null): string => (bounds === null ? "" : `, ${bounds}`);

export const decision: Texts["decision"] = {
  stages: {
    terminal: "Terminal",
    rules: "Reguły dla tej karty tutaj",
    card: "Karta",
    ruleset: "Reguła",
    verification: "Weryfikacja karty",
  },
  conditions: {
    terminalHasLocation: "Terminal ma lokalizację",
    someRulesetApplies: "Istnieje reguła",
    cardNotExpired: "Karta ważna",
    cardNotReplaced: "Karta niezastąpiona",
    cardNotFrozen: "Karta niezablokowana",
    noOpenEntry: "Brak innego oczekującego wejścia",
    cooldownOver: "Przerwa minęła",
    cardEnrolled: "Karta zarejestrowana",
    terminalTrusted: "Zaufany terminal",
    spendReached: "Wymagane wydatki",
    locationVisitsLeft: "Wizyty w tym miejscu",
    visitLeft: "Pozostałe wizyty",
    budgetLeft: "Pozostały budżet",
    externalRuleMet: "Reguła zewnętrzna spełniona",
    cardVerified: "Karta zweryfikowana",
  },
  pass: "Tak",
  fail: "Nie",
  required: "Wymagane",
  seen: "Stan",
  decided: "zdecydowała o wyniku",
  notLookedAt: "niesprawdzane: odmowa na wcześniejszym etapie",
  misses: {
    title: "Reguły, które obowiązywały, i dlaczego nie pasowały",
    ICA: (wanted, had) => `wymaga ICA ${wanted}; ta karta: ${had ?? "nieznane"}`,
    ISSUER_COUNTRY: (wanted, had) => `wymaga wydawcy z: ${wanted}; ta karta: ${had ?? "nieznany"}`,
    PRODUCT: (wanted, had) => `wymaga produktu ${wanted}; ta karta: ${had ?? "nieznany"}`,
    SERVICE: (wanted, had) => `dotyczy: ${wanted}; tutaj: ${had ?? "brak"}`,
    LOCATION: "dotyczy innych miejsc",
    ACCOUNT_RANGE: "wymaga innych zakresów numerów tego ICA",
  },
  notAsked: "niewymagane",
  bounds: (from, to) =>
    from === null ? `do ${to ?? ""}` : to === null ? `od ${from}` : `od ${from} do ${to}`,
  words: {
    location: { required: "terminal należy do lokalizacji", seen: "brak" },
    rules: {
      required: "co najmniej jedna reguła dla tej karty w tym miejscu",
      some: "jedna lub więcej",
      none: "żadna reguła nie pasuje",
    },
    expiry: { required: "miesiąc ważności karty", expired: "straciła ważność", valid: "ważna" },
    replaced: {
      required: "niezastąpiona inną kartą",
      yes: "zastąpiona inną kartą",
      no: "niezastąpiona",
    },
    frozen: { required: "niezablokowana", yes: "zablokowana", no: "niezablokowana" },
    open: {
      required: "żadne wejście tej karty nie oczekuje",
      none: "brak",
      until: (time) => `jedno, do ${time}`,
    },
    cooldown: {
      required: (minutes) =>
        `${count(minutes, { one: "# minuta", few: "# minuty", many: "# minut", other: "# minuty" })} od ostatniej wizyty tutaj`,
      never: "brak wcześniejszej wizyty",
      last: (time) => `ostatnia wizyta ${time}`,
    },
    enrolled: { required: "zarejestrowana w programie", yes: "zarejestrowana", no: "niezarejestrowana" },
    trust: (tier) => `${tier} lub wyżej`,
    spend: {
      required: (amount, days, mccs) =>
        `${amount} w ciągu ${count(days, { one: "# dnia", few: "# dni", many: "# dni", other: "# dnia" })}${mccs === null ? "" : `, MCC ${mccs}`}`,
      seen: (sum, bounds) => `${sum}${within(bounds)}`,
    },
    here: {
      required: (most, window) => `najwyżej ${String(most)} wizyt tutaj ${window}`,
      seen: (visits, bounds) =>
        `${count(visits, { one: "# wizyta", few: "# wizyty", many: "# wizyt", other: "# wizyty" })} tutaj${within(bounds)}`,
    },
    visits: {
      required: (free, paid, window) =>
        `wizyta z puli: ${left(free)} bezpłatnych i ${left(paid)} płatnych ${window}`,
      seen: (free, paid, bounds) =>
        `pozostało ${left(free)} bezpłatnych i ${left(paid)} płatnych${within(bounds)}`,
    },
    budget: {
      required: (most, window) => `mniej niż ${String(most)} wizyt wszystkich kart łącznie ${window}`,
      seen: (used, bounds) => `wykorzystano ${String(used)}${within(bounds)}`,
    },
    external: {
      required: (rule) => `reguła zewnętrzna ${rule}`,
      answers: { MET: "spełniona", NOT_MET: "niespełniona", UNAVAILABLE: "brak odpowiedzi" },
    },
  },
};
