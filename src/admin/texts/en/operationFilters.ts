/** What the list of operations is narrowed down by, beyond its columns. */
export const operationFilters = {
  given: {
    today: "Today",
    refusedToday: "Refused today",
    waiting: "Waiting",
    paid: "Paid",
    overLimit: "Over the limit",
    offlineToReview: "Offline to review",
  },
  reviews: { WAITING: "To review", ACCEPTED: "Accepted", DISPUTED: "Disputed" },
  fields: {
    review: "Review of offline entries",
    bin: "Card begins with",
    last4: "Card ends with",
    currency: "Currency",
    rulesetVersion: "Rule's version",
    trust: "Terminal's trust",
    weekday: "Weekday",
    hour: "Hour of the day",
    tz: "Weekday and hour in the zone",
  },
  hints: {
    bin: "Up to 6 digits",
    last4: "4 digits",
    currency: "3 letters, as EUR",
    country: "3 letters, as POL",
    tz: "Each place's own",
  },
  withGuests: "With guests",
  withoutGuests: "Without guests",
  trusts: {
    CODE: "Code only",
    BEARER: "Bearer token",
    KEY: "Own key",
    CERTIFICATE: "Certificate",
    ATTESTED: "Attested device",
  },
} as const;
