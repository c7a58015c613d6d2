/** The help: keys, and what a page is. */
export const help = {
  title: "Help",
  open: "Help",
  thisPage: "This page",
  keys: "Keys",
  off: "Single keys are switched off. They can be switched on in your account.",
  on: "Single keys do nothing while you type in a field. They can be switched off in your account.",
  key: "Key",
  does: "What it does",
  then: "then",
  search: "Search",
  help: "Open this help",
  goTo: (page: string) => `Go to ${page}`,
  close: "Close a dialog",
  pages: {
    dashboard:
      "What happened in a range of time, counted. Each figure leads to the list of exactly those entries.",
    operations:
      "Every tap of a card on a terminal, and what became of it: let in, refused, cancelled, lapsed or reversed. Open one to read why it was decided so.",
    offline:
      "Entries that terminals let in by themselves while their line was down, and something is amiss with. Accept or dispute them, alone or many at once.",
    rulesets:
      "Rules say which cards get in where, how often, with how many guests, and for what fee. A draft counts once it is published; the lowest priority wins.",
    accountRanges:
      "Which card numbers belong to which issuer and product. A later import wins over an earlier one with the same bounds.",
    rates:
      "What a currency is worth in another, day by day. Spending in other currencies is counted by them.",
    messages:
      "What terminals' screens say, in each language: for the whole installation, or for one rule. A rule without a text of its own says what the installation says.",
    cards: "Cards that were seen or enrolled. Look one up by its number to read what is left to it.",
    whitelist:
      "Cards that terminals let in by name while they have no connection: of a rule, or of a location. Numbers are hashed and kept nowhere.",
    adjustments:
      "Visits that somebody proposed to give or take, until another person approves or declines them; what was decided before; and files of what cards used under an earlier system.",
    transactions:
      "What cards have spent. Rules that want something spent at a shop or in a time look at these.",
    imports: "Files that were brought, and what became of their lines.",
    locations: "The places with terminals: lounges and fast lines, each with its service and its time zone.",
    merchants: "Who owns locations. A Service Provider can be limited to one or several of them.",
    terminals:
      "The devices at the doors. A terminal works once it is paired: get a pairing code here and enter it there.",
    certificates:
      "The certificates by which POS systems make their connections: until when each counts, and how to take it back. They come in by a set-up code, which is made at the terminal.",
    enrollments:
      "Codes by which new devices come in by themselves: each lets in one device, which says its serial number itself, at the place that you choose.",
    virtualTerminal: "A terminal in this browser, to try rules with published test cards.",
    terms:
      "The Terms & Conditions and the Privacy Policy. A file counts from its date; whoever must agree is asked again for each new one.",
    users: "The people who may sign in, their roles, and the places or issuers that they are limited to.",
    webhooks:
      "Servers that are told what happens: who they are, how it stands with each, every message with its attempts. What was given up, or missed, is sent again from here.",
    keys: "Keys by which other programs use the API. A key is shown once.",
    branding: "The name, logo, colour and wording that everybody sees here.",
    payments:
      "Fees that the acquirer charges: those of which it is not known yet whether they were paid or refunded, what was asked and answered, and what somebody says became of them.",
    connections:
      "The systems outside that this installation is joined to: whether each answers, and what is still to be given back at the acquirer.",
    system: "Whether every part works, how far the read models are, and which settings hold.",
    account: "Your own account: how the panel looks to you, your password, and where you are signed in.",
  },
} as const;
