import { counter } from "../plural.ts";

const count = counter("en");

/** What terminals' screens say. */
export const messages = {
  why: "What terminals' screens say, for every rule that has no text of its own. A terminal says in which language it wants to be told.",
  whyOfRule:
    "What terminals' screens say where this rule decides. A text that it does not have of its own is the installation's.",
  programme: "Texts of",
  installation: "The whole installation",
  withOwn: (name: string, changed: number) =>
    changed === 0
      ? name
      : `${name} (${count(changed, { one: "# text of its own", other: "# texts of its own" })})`,
  changed: "Last changed",
  situation: "What happened",
  languages: { en: "English", pl: "Polish", de: "German", es: "Spanish", tr: "Turkish" },
  grants: {
    GRANTED_VISITS_LEFT: "Let in, so many free visits left",
    GRANTED_FREE: "Let in, free without end",
    GRANTED_FEE: "Let in for a fee",
  },
  origins: { INSTALLATION: "installation", RULESET: "own text" },
  openText: (situation: string, language: string) => `${situation}, ${language}:`,
  text: "Text",
  forms: { one: "For one", few: "For a few", many: "For many", other: "For any other number" },
  length: (length: number, most: number) => `${String(length)} of ${String(most)} characters at the longest`,
  placeholders: "Put in",
  placeholdersHelp:
    "If it is not known when a card is tapped, the next text is shown: the installation's, then the product's.",
  means: {
    visits: "Free visits left, this one too",
    fee: "What this entry costs",
    guests: "How many guests may come along",
    nextFreeDate: "The day of the next visit",
    nextFreeTime: "The hour of the next visit, by the place's clocks",
    place: "The location's name",
    programme: "The rule's name",
  },
  preview: "On the screen",
  longest: "With the longest that can be put in",
  screen: (name: string, pages: number) =>
    `${name === "4x20" ? "4 lines of 20 letters" : "320 x 240 pixels"}${pages === 1 ? "" : `, ${String(pages)} pages`}`,
  saved: "From the next tap on, screens say this.",
  reset: "Use the inherited text",
  resetWhy: "The text is taken away. From the next tap on, screens say this instead:",
  resetDone: "The inherited text counts again.",
  flaws: {
    EMPTY: "A text is wanted.",
    CARD_NUMBER: "A card number must not stand here.",
    BRACE: "A brace stands alone: placeholders are written as {place}.",
    NO_SUCH_FORM: "This language has no such form.",
    CHARACTER: (character: string) =>
      `Not every terminal can show ${JSON.stringify(character)}: letters of the Latin script, digits, blanks, punctuation and signs of currency can be shown.`,
    UNKNOWN_PLACEHOLDER: (known: string) =>
      known === "" ? "This text has no placeholders." : `This text has these placeholders: ${known}.`,
    TOO_LONG: (length: number) =>
      `At most 160 characters, with every placeholder at its longest; these are ${String(length)}.`,
  },
} as const;
