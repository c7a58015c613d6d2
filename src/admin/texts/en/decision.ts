import { counter } from "../plural.ts";

const count = counter("en");
type Left = number | "UNLIMITED" | null;
const left = (value: Left): string => (value === "UNLIMITED" ? "unlimited" : String(value ?? 0));
const within = (bounds: string | null): string => (bounds === null ? "" : `, ${bounds}`);

/** A decision, explained. */
export const decision = {
  stages: {
    terminal: "Terminal",
    rules: "Rules for this card here",
    card: "The card",
    ruleset: "The rule",
    verification: "Verification of the card",
  },
  conditions: {
    terminalHasLocation: "Terminal has a location",
    someRulesetApplies: "A rule applies",
    cardNotExpired: "Card not expired",
    cardNotReplaced: "Card not replaced",
    cardNotFrozen: "Card not frozen",
    noOpenEntry: "No other entry waiting",
    cooldownOver: "Cooldown over",
    cardEnrolled: "Card enrolled",
    terminalTrusted: "Terminal trusted",
    spendReached: "Spend reached",
    locationVisitsLeft: "Visits left at this place",
    visitLeft: "Visits left",
    budgetLeft: "Budget left",
    externalRuleMet: "External rule met",
    cardVerified: "Card verified",
  },
  pass: "Pass",
  fail: "Fail",
  required: "Required",
  seen: "Seen",
  decided: "decided",
  notLookedAt: "not looked at: an earlier stage refused",
  notAsked: "not asked",
  misses: {
    title: "Rules that were in force, and why they did not fit",
    ICA: (wanted: string, had: string | null) => `wants ICA ${wanted}; this card: ${had ?? "none is known"}`,
    ISSUER_COUNTRY: (wanted: string, had: string | null) =>
      `wants an issuer in ${wanted}; this card: ${had ?? "none is known"}`,
    PRODUCT: (wanted: string, had: string | null) =>
      `wants product ${wanted}; this card: ${had ?? "none is known"}`,
    SERVICE: (wanted: string, had: string | null) => `is for ${wanted}; here: ${had ?? "none"}`,
    LOCATION: "is for other places",
    ACCOUNT_RANGE: "wants other account ranges of this ICA",
  },
  bounds: (from: string | null, to: string | null) =>
    from === null ? `until ${to ?? ""}` : to === null ? `since ${from}` : `${from} to ${to}`,
  words: {
    location: { required: "the terminal belongs to a location", seen: "none" },
    rules: {
      required: "at least one rule for this card at this place",
      some: "one or more",
      none: "no rule fits this card here",
    },
    expiry: { required: "within the card's expiry month", expired: "expired", valid: "valid" },
    replaced: { required: "no other card in its place", yes: "replaced by another card", no: "not replaced" },
    frozen: { required: "not frozen", yes: "frozen", no: "not frozen" },
    open: {
      required: "no entry of this card is waiting",
      none: "none",
      until: (time: string) => `one, until ${time}`,
    },
    cooldown: {
      required: (minutes: number) =>
        `${count(minutes, { one: "# minute", other: "# minutes" })} since the last visit here`,
      never: "no visit here yet",
      last: (time: string) => `last visit ${time}`,
    },
    enrolled: { required: "enrolled in the programme", yes: "enrolled", no: "not enrolled" },
    trust: (tier: string) => `${tier} or better`,
    spend: {
      required: (amount: string, days: number, mccs: string | null) =>
        `${amount} in ${count(days, { one: "# day", other: "# days" })}${mccs === null ? "" : ` at MCC ${mccs}`}`,
      seen: (sum: string, bounds: string | null) => `${sum}${within(bounds)}`,
    },
    here: {
      required: (most: number, window: string) => `at most ${String(most)} visits here ${window}`,
      seen: (visits: number, bounds: string | null) =>
        `${count(visits, { one: "# visit", other: "# visits" })} here${within(bounds)}`,
    },
    visits: {
      required: (free: Left, paid: Left, window: string) =>
        `a visit left of ${left(free)} free and ${left(paid)} paid ${window}`,
      seen: (free: Left, paid: Left, bounds: string | null) =>
        `${left(free)} free and ${left(paid)} paid left${within(bounds)}`,
    },
    budget: {
      required: (most: number, window: string) =>
        `fewer than ${String(most)} visits of all cards together ${window}`,
      seen: (used: number, bounds: string | null) => `${String(used)} used${within(bounds)}`,
    },
    external: {
      required: (rule: string) => `external rule ${rule}`,
      answers: { MET: "met", NOT_MET: "not met", UNAVAILABLE: "no answer" },
    },
  },
} as const;
