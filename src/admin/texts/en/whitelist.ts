import { counter } from "../plural.ts";

const count = counter("en");
const cards = (many: number) => count(many, { one: "# card", other: "# cards" });

/** Cards that terminals let in by name. */
export const whitelist = {
  empty: "No card is listed yet",
  emptyWhy:
    "Cards of a whitelist are let in by terminals without a connection, where a rule and the location allow that.",
  fields: {
    card: "Card",
    cardId: "Card id",
    list: "List",
    locationId: "Location",
    rulesetId: "Rule",
    id: "id",
    validFrom: "Valid from",
    validTo: "Valid to",
    at: "Listed",
    by: "By",
    uploadId: "Upload",
    kind: "List of",
    mode: "What the file does",
  },
  kinds: { LOCATION: "A location", RULESET: "A rule" },
  choose: "Choose…",
  lookup: { title: "Find a card", label: "Card number", verb: "Find its entries", unknown: "No such card." },
  add: {
    open: "Add a card",
    title: "Add a card",
    verb: "List the card",
    done: "The card is listed.",
    refused: "The card could not be listed. Choose a list of your own, and look at the times.",
    help: "Without times the entry counts until it is removed.",
  },
  remove: {
    verb: "Remove",
    of: (card: string) => `Remove ${card}`,
    title: "Remove the card from the list?",
    why: "Terminals that have the list already let the card in until they fetch it again, three days at most.",
    done: "The card is removed from the list.",
  },
  upload: {
    open: "Upload",
    title: "Upload a whitelist",
    what: "A CSV file in UTF-8, separated by commas, with this first line; the last two columns may be left out. The file is kept nowhere, and numbers are hashed at once:",
    modes: {
      ADD: "Add its cards",
      REPLACE: "Replace the whole list",
      REMOVE: "Remove its cards",
    },
    would: (added: number, changed: number, removed: number, total: number) =>
      `${count(added, { one: "# card is added", other: "# cards are added" })}, ${count(changed, { one: "# gets another validity", other: "# get another validity" })}, ${count(removed, { one: "# is removed", other: "# are removed" })}; ${cards(total)} on the list then. Nothing is stored yet.`,
    nothing: "The file changes nothing.",
    store: (changes: number) => `Store ${count(changes, { one: "# change", other: "# changes" })}`,
    done: (total: number) => `Stored. ${cards(total)} on the list.`,
  },
  history: {
    open: "History",
    title: "Uploads",
    empty: "Nothing was uploaded yet",
    modes: { ADD: "Added", REPLACE: "Replaced", REMOVE: "Removed" },
    what: "What",
    byHand: "by hand",
    lines: "Lines",
    added: "Added",
    changed: "Changed",
    removed: "Removed",
    total: "Cards then",
    at: "When",
  },
  deliveries: {
    open: "Delivered",
    title: "What is delivered where",
    empty: "No location yet",
    name: "Location",
    rules: "Rules",
    entries: "Cards",
    changed: "Last changed",
    secret: "Secret since",
    off: "Offline is off",
    none: "None",
  },
} as const;
