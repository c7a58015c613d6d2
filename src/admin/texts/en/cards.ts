import { counter } from "../plural.ts";

const count = counter("en");
const visits = (left: number) => count(left, { one: "# visit", other: "# visits" });

/** Nothing for none; a number that was taken away begins with a minus. */
const signed = (visits: number, forms: Parameters<typeof count>[1]) =>
  visits === 0 ? null : `${visits < 0 ? "−" : "+"}${count(Math.abs(visits), forms)}`;

/** Cards: looked up, listed, and what each may. */
export const cards = {
  title: (card: string) => `Card ${card}`,
  empty: "No card yet",
  emptyWhy: "A card stands here from its first tap at a terminal, or once it was looked up and changed.",
  yes: "Yes",
  no: "No",
  until: "until",
  facts: "Facts",
  recent: "Last entries and refusals",
  noOperations: "This card was at no terminal yet.",
  allOperations: (total: number) => count(total, { one: "All # of them", other: "All # of them" }),
  waitsAt: (place: string) => `Waits at ${place}`,
  statuses: { ACTIVE: "Active", FROZEN: "Frozen" },
  lookup: {
    title: "Look up a card",
    label: "Card number",
    verb: "Look up",
    help: "12 to 19 digits. The number is kept nowhere.",
    good: "The check digit is right.",
    wrong: "The check digit is wrong: one of the digits is not as on the card.",
    short: "A card number has 12 to 19 digits.",
    unknown: "No card of this number is within what you may see.",
  },
  answers: {
    joined: "Goes on as another card: look there.",
    frozen: (since: string | null) => (since === null ? "Frozen" : `Frozen since ${since}`),
    open: (until: string) => `An entry is waiting for its confirmation until ${until}`,
    free: (left: number, rule: string) =>
      `May enter: ${count(left, { one: "# free visit", other: "# free visits" })} left (${rule})`,
    freeUnlimited: (rule: string) => `May enter free, as often as wanted (${rule})`,
    paid: (left: number, rule: string) =>
      `May enter for a fee: ${count(left, { one: "# paid visit", other: "# paid visits" })} left (${rule}).`,
    paidUnlimited: (rule: string) => `May enter for a fee, as often as wanted (${rule}).`,
    nextFree: (at: string) => `Next free visit ${at}`,
    usedUp: "No visit is left, and none comes back by itself",
    unseen: "Not seen at a terminal yet: which rules are for it shows at its first tap",
    noRule: "No rule in force is for this card",
    asFar: "As far as visits go. A rule may ask for more at the door: the place, spending, an enrolment.",
  },
  cardholder: {
    title: "The cardholder's rights",
    why: "Whoever asks what is held of a card gets the file; whoever wants to be forgotten is erased.",
    erased: "The cardholder was erased: no number leads here any more.",
    download: "Download what is held",
    erase: "Erase the cardholder",
    goes: "The number's hash, the mask and every entry of a terminal's list go, for good: nobody can find the card by its number again, and the same number is a new card from then on.",
    stays: "Entries, counts and totals stay, without a name for whose they were.",
    done: "The cardholder is erased.",
  },
  balances: {
    title: "Balances by rule",
    none: "There is no balance to show.",
    rule: "Rule",
    window: "Counted",
    free: "Free visits",
    paid: "Paid visits",
    guests: "Guests at an entry",
    next: "Next free visit",
    unlimited: "unlimited",
    noneAllowed: "none",
    left: (left: number, allowed: number) => `${String(left)} of ${String(allowed)} left`,
    usedUnlimited: (used: number) => `unlimited, ${visits(used)} used`,
  },
  history: {
    title: "What was done to it",
    none: "Nothing but its visits.",
    byItself: "The system",
    acts: {
      FROZEN: "Frozen",
      UNFROZEN: "Unfrozen",
      ENROLLED: "Enrolled",
      UNENROLLED: "Taken out of the programme",
      ADJUSTED: "Visits adjusted",
      JOINED_INTO: "The same account as another card, which goes on for both:",
      ABSORBED: "Goes on for another card of the same account:",
    },
    adjusted: (free: number, paid: number) =>
      [
        signed(free, { one: "# free visit", other: "# free visits" }),
        signed(paid, { one: "# paid visit", other: "# paid visits" }),
      ]
        .filter((part) => part !== null)
        .join(", "),
  },
  acts: {
    freeze: {
      verb: "Freeze",
      title: "Freeze this card",
      why: "Every terminal refuses it at once, until it is unfrozen.",
      done: "The card is frozen.",
    },
    unfreeze: {
      verb: "Unfreeze",
      title: "Unfreeze this card",
      why: "It may enter again as its rules say.",
      done: "The card is unfrozen.",
    },
    enroll: {
      verb: "Enrol",
      title: "Enrol this card",
      why: "Rules for enrolled cards are for it from now on.",
      done: "The card is enrolled.",
    },
    unenroll: {
      verb: "Take out of the programme",
      title: "Take this card out of the programme",
      why: "Rules for enrolled cards are no longer for it.",
      done: "The card is no longer enrolled.",
    },
  },
  adjust: {
    open: "Adjust visits",
    title: "Adjust visits",
    give: "Give",
    take: "Take away",
    nothing: "Say how many free or paid visits.",
    submit: "Adjust visits",
    done: "The visits were adjusted.",
  },
  fields: {
    card: "Card",
    cardId: "Card id",
    status: "Status",
    bin: "BIN (first digits)",
    last4: "Last four digits",
    ica: "ICA",
    issuer: "Issuer",
    productCode: "Product",
    issuerCountry: "Issuer country",
    created: "First seen",
    createdFrom: "First seen from",
    createdTo: "First seen until",
    lastSeen: "Last seen",
    seenFrom: "Last seen from",
    seenTo: "Last seen until",
    frozen: "Frozen",
    frozenReason: "Frozen because",
    enrolled: "Enrolled",
    visits: "Visits in all",
    openEntry: "Waiting entry",
    joined: "Same account as",
    joinedInto: "Goes on as",
    reason: "Reason",
    rulesetId: "Rule",
    way: "Give or take",
    free: "Free visits",
    paid: "Paid visits",
  },
} as const;
