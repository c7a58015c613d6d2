import { counter } from "../plural.ts";

const count = counter("en");

/** A rule in sentences. Names, counts and amounts come as words already; what is not typed yet as "…". */
export const rulesetSummary = {
  gap: "…",
  and: " and ",
  comma: ", ",
  unlimited: "as many as wanted",
  everyCard: "For every card.",
  cards: (parts: string) => `For ${parts}.`,
  products: (codes: string) => `${codes} cards`,
  anyProduct: "cards",
  issuedIn: (countries: string) => ` issued in ${countries}`,
  ofIca: (icas: string) => ` by ICA ${icas}`,
  onlyRanges: (ica: string, ranges: string) => `${ica} (only ${ranges})`,
  enrolled: " that are enrolled",
  trust: {
    CODE: "The terminal has to be claimed by its code.",
    BEARER: "The terminal has to show a bearer token.",
    KEY: "The terminal has to prove a key of its own.",
    CERTIFICATE: "The terminal has to make its connections with a certificate.",
    ATTESTED: "The terminal has to prove that its device is attested.",
  },
  anywhere: (services: string) => (services === "" ? "Anywhere." : `At every ${services}.`),
  inCountries: (services: string, countries: string) =>
    services === "" ? `Everywhere in ${countries}` : `At every ${services} in ${countries}`,
  atPlaces: (places: string) => `At ${places}`,
  alsoAt: (places: string) => `, and at ${places}`,
  services: { LOUNGE: "lounge", FAST_LINE: "fast line" },
  from: (from: string) => `From ${from} without an end.`,
  until: (to: string) => `Until ${to}.`,
  between: (from: string, to: string) => `From ${from} until ${to}.`,
  noEnd: "Without an end.",
  forEver: "in all",
  lastDays: (days: string) => `in any ${days} days`,
  calendar: (unit: string, zone: string) => `each calendar ${unit} (${zone})`,
  units: { DAY: "day", WEEK: "week", MONTH: "month", QUARTER: "quarter", YEAR: "year" },
  validity: "in the rule's whole validity",
  unlimitedFree: "As often as wanted, free.",
  nobody: "Nobody gets in: no free and no paid visits.",
  visits: (visits: string) => (visits === "1" ? "1 visit" : `${visits} visits`),
  freeVisits: (visits: string, window: string) => `${visits} free ${window}`,
  fromPool: "Free while the pool has places",
  anyFree: "As often as wanted, free",
  paidVisits: (visits: string, window: string, fee: string) => `${visits} ${window} for ${fee} each`,
  anyPaid: (fee: string) => `As often as wanted, for ${fee} each`,
  thenPaid: (visits: string, fee: string) => `, then ${visits} for ${fee} each`,
  atOnePlace: (visits: string, window: string) => `; at most ${visits} at one place ${window}`,
  full: (text: string) => `${text}.`,
  noGuests: "No guests.",
  adults: "adults",
  children: "children",
  guests: (kind: string, max: string, rest: string) =>
    max === "" ? `Guests, ${kind}: ${rest}.` : `With up to ${max} ${kind} at one entry: ${rest}.`,
  guestsFree: (free: string, window: string) => `${free} free ${window}`,
  guestsPool: "free from the pool",
  guestsPaid: (paid: string, fee: string, window: string) => `${paid} for ${fee} each ${window}`,
  guestsThenPaid: (free: string, paid: string, fee: string, window: string) =>
    `${free} free, then ${paid} for ${fee} each ${window}`,
  underAge: (years: string) => `Children under ${years} always enter free and are not counted.`,
  pool: (places: string, window: string) => `${places} free places ${window}, shared by member and guests.`,
  budget: (visits: string, window: string) => `All cards together: ${visits} ${window}.`,
  spend: (amount: string, mccs: string, days: string) =>
    mccs === ""
      ? `Only if the card spent ${amount} in the last ${days} days.`
      : `Only if the card spent ${amount} at shops of category ${mccs} in the last ${days} days.`,
  grace: (days: number) =>
    count(days, { one: "Still met for # day after.", other: "Still met for # days after." }),
  external: (rule: string) => `The outside rule ${rule} is asked too.`,
  asi: "The bank is asked whether the card is good.",
  asiThenAmount: "The bank is asked whether the card is good, then for the amount.",
  chargesFees: "It charges the fees as well.",
  silent: { CLOSED: "Without an answer the card is refused.", OPEN: "Without an answer the card is let in." },
  offline: {
    RANGES: "cards of these BIN ranges",
    WHITELIST: "cards of the whitelist",
    BOTH: "cards of these BIN ranges and of the whitelist",
  },
  offlineEntry: (cards: string, guests: number, caps: string) =>
    `Without a connection a terminal lets ${cards} in by itself, ${
      guests === 0
        ? "without guests"
        : count(guests, { one: "with # guest at most", other: "with # guests at most" })
    }${caps === "" ? "" : `; within 24 hours ${caps}`}.`,
  offlinePerCard: (entries: number) =>
    count(entries, { one: "at most # entry of a card", other: "at most # entries of a card" }),
  offlinePerTerminal: (entries: number) =>
    count(entries, { one: "at most # entry at a terminal", other: "at most # entries at a terminal" }),
  priority: (number: string) => `If several rules let a card in, the lowest number wins: this is ${number}.`,
} as const;
