import { type Area, areasOf } from "./areas.ts";
import type { CommonTexts, HelpTexts, Language, PageTexts, Texts } from "./texts.ts";

/** The dictionary of a language: only the one that is spoken is loaded, and of that what is read. */
export interface TextsInUse {
  readonly texts: Texts;
  /** What the page of a path says, beyond what all pages say. @param path without `/admin` */
  readonly loadFor: (path: string) => Promise<void>;
  /** As `texts`, with the names that the installation has by now. */
  readonly again: () => Texts;
}

type Loaders = { readonly [Name in Area]: () => Promise<PageTexts[Name]> };

const PAGES: Readonly<Record<Language, Loaders>> = {
  en: {
    account: async () => (await import("./en/account.ts")).account,
    accountRanges: async () => (await import("./en/accountRanges.ts")).accountRanges,
    branding: async () => (await import("./en/branding.ts")).branding,
    cards: async () => (await import("./en/cards.ts")).cards,
    codes: async () => (await import("./en/codes.ts")).codes,
    connections: async () => (await import("./en/connections.ts")).connections,
    dashboard: async () => (await import("./en/dashboard.ts")).dashboard,
    decision: async () => (await import("./en/decision.ts")).decision,
    exports: async () => (await import("./en/exports.ts")).exports,
    history: async () => (await import("./en/history.ts")).history,
    imports: async () => (await import("./en/imports.ts")).imports,
    messages: async () => (await import("./en/messages.ts")).messages,
    offline: async () => (await import("./en/offline.ts")).offline,
    operation: async () => (await import("./en/operation.ts")).operation,
    operationFilters: async () => (await import("./en/operationFilters.ts")).operationFilters,
    adjustments: async () => (await import("./en/adjustments.ts")).adjustments,
    payments: async () => (await import("./en/payments.ts")).payments,
    people: async () => (await import("./en/people.ts")).people,
    places: async () => (await import("./en/places.ts")).places,
    rates: async () => (await import("./en/rates.ts")).rates,
    rulesets: async () => (await import("./en/rulesets.ts")).rulesets,
    rulesetFields: async () => (await import("./en/rulesetFields.ts")).rulesetFields,
    rulesetSummary: async () => (await import("./en/rulesetSummary.ts")).rulesetSummary,
    simulation: async () => (await import("./en/simulation.ts")).simulation,
    system: async () => (await import("./en/system.ts")).system,
    terms: async () => (await import("./en/terms.ts")).terms,
    transactions: async () => (await import("./en/transactions.ts")).transactions,
    virtualTerminal: async () => (await import("./en/virtualTerminal.ts")).virtualTerminal,
    deviceCodes: async () => (await import("./en/deviceCodes.ts")).deviceCodes,
    certificates: async () => (await import("./en/certificates.ts")).certificates,
    deviceCommands: async () => (await import("./en/deviceCommands.ts")).deviceCommands,
    enrollments: async () => (await import("./en/enrollments.ts")).enrollments,
    webhooks: async () => (await import("./en/webhooks.ts")).webhooks,
    whitelist: async () => (await import("./en/whitelist.ts")).whitelist,
  },
  pl: {
    account: async () => (await import("./pl/account.ts")).account,
    accountRanges: async () => (await import("./pl/accountRanges.ts")).accountRanges,
    branding: async () => (await import("./pl/branding.ts")).branding,
    cards: async () => (await import("./pl/cards.ts")).cards,
    codes: async () => (await import("./pl/codes.ts")).codes,
    connections: async () => (await import("./pl/connections.ts")).connections,
    dashboard: async () => (await import("./pl/dashboard.ts")).dashboard,
    decision: async () => (await import("./pl/decision.ts")).decision,
    exports: async () => (await import("./pl/exports.ts")).exports,
    history: async () => (await import("./pl/history.ts")).history,
    imports: async () => (await import("./pl/imports.ts")).imports,
    messages: async () => (await import("./pl/messages.ts")).messages,
    offline: async () => (await import("./pl/offline.ts")).offline,
    operation: async () => (await import("./pl/operation.ts")).operation,
    operationFilters: async () => (await import("./pl/operationFilters.ts")).operationFilters,
    adjustments: async () => (await import("./pl/adjustments.ts")).adjustments,
    payments: async () => (await import("./pl/payments.ts")).payments,
    people: async () => (await import("./pl/people.ts")).people,
    places: async () => (await import("./pl/places.ts")).places,
    rates: async () => (await import("./pl/rates.ts")).rates,
    rulesets: async () => (await import("./pl/rulesets.ts")).rulesets,
    rulesetFields: async () => (await import("./pl/rulesetFields.ts")).rulesetFields,
    rulesetSummary: async () => (await import("./pl/rulesetSummary.ts")).rulesetSummary,
    simulation: async () => (await import("./pl/simulation.ts")).simulation,
    system: async () => (await import("./pl/system.ts")).system,
    terms: async () => (await import("./pl/terms.ts")).terms,
    transactions: async () => (await import("./pl/transactions.ts")).transactions,
    virtualTerminal: async () => (await import("./pl/virtualTerminal.ts")).virtualTerminal,
    deviceCodes: async () => (await import("./pl/deviceCodes.ts")).deviceCodes,
    certificates: async () => (await import("./pl/certificates.ts")).certificates,
    deviceCommands: async () => (await import("./pl/deviceCommands.ts")).deviceCommands,
    enrollments: async () => (await import("./pl/enrollments.ts")).enrollments,
    webhooks: async () => (await import("./pl/webhooks.ts")).webhooks,
    whitelist: async () => (await import("./pl/whitelist.ts")).whitelist,
  },
};

/** @param branded puts the installation's own names into the texts */
export async function loadTexts(
  language: Language,
  path: string,
  branded: (texts: CommonTexts) => CommonTexts = (texts) => texts,
): Promise<TextsInUse> {
  const pages: { -readonly [Name in Area]?: PageTexts[Name] } = {};
  const load = async <Name extends Area>(name: Name): Promise<void> => {
    pages[name] ??= await PAGES[language][name]();
  };
  const loadFor = async (wanted: string): Promise<void> => {
    await Promise.all(areasOf(wanted).map(load));
  };
  const [common] = await Promise.all([commonTexts(language), loadFor(path)]);
  const again = (): Texts => together(branded(common), pages);
  return { texts: again(), loadFor, again };
}

const helps = new Map<Language, Promise<HelpTexts>>();

/** The same promise for the same language. */
export function loadHelp(language: Language): Promise<HelpTexts> {
  const found = helps.get(language) ?? HELPS[language]();
  helps.set(language, found);
  return found;
}

const HELPS: Readonly<Record<Language, () => Promise<HelpTexts>>> = {
  en: async () => (await import("./en/help.ts")).help,
  pl: async () => (await import("./pl/help.ts")).help,
};

async function commonTexts(language: Language): Promise<CommonTexts> {
  switch (language) {
    case "en":
      return (await import("./en/index.ts")).texts;
    case "pl":
      return (await import("./pl/index.ts")).texts;
  }
}

/** What has come of the texts of pages by now. */
class PagesHeld implements PageTexts {
  readonly #pages: Partial<PageTexts>;

  constructor(pages: Partial<PageTexts>) {
    this.#pages = pages;
  }

  get account() {
    return held("account", this.#pages.account);
  }

  get accountRanges() {
    return held("accountRanges", this.#pages.accountRanges);
  }

  get branding() {
    return held("branding", this.#pages.branding);
  }

  get cards() {
    return held("cards", this.#pages.cards);
  }

  get codes() {
    return held("codes", this.#pages.codes);
  }

  get dashboard() {
    return held("dashboard", this.#pages.dashboard);
  }

  get decision() {
    return held("decision", this.#pages.decision);
  }

  get exports() {
    return held("exports", this.#pages.exports);
  }

  get imports() {
    return held("imports", this.#pages.imports);
  }

  get messages() {
    return held("messages", this.#pages.messages);
  }

  get offline() {
    return held("offline", this.#pages.offline);
  }

  get operation() {
    return held("operation", this.#pages.operation);
  }

  get operationFilters() {
    return held("operationFilters", this.#pages.operationFilters);
  }

  get people() {
    return held("people", this.#pages.people);
  }

  get places() {
    return held("places", this.#pages.places);
  }

  get rates() {
    return held("rates", this.#pages.rates);
  }

  get rulesets() {
    return held("rulesets", this.#pages.rulesets);
  }

  get rulesetFields() {
    return held("rulesetFields", this.#pages.rulesetFields);
  }

  get rulesetSummary() {
    return held("rulesetSummary", this.#pages.rulesetSummary);
  }

  get simulation() {
    return held("simulation", this.#pages.simulation);
  }

  get connections() {
    return held("connections", this.#pages.connections);
  }

  get adjustments() {
    return held("adjustments", this.#pages.adjustments);
  }

  get payments() {
    return held("payments", this.#pages.payments);
  }

  get system() {
    return held("system", this.#pages.system);
  }

  get terms() {
    return held("terms", this.#pages.terms);
  }

  get transactions() {
    return held("transactions", this.#pages.transactions);
  }

  get virtualTerminal() {
    return held("virtualTerminal", this.#pages.virtualTerminal);
  }

  get deviceCodes() {
    return held("deviceCodes", this.#pages.deviceCodes);
  }

  get history() {
    return held("history", this.#pages.history);
  }

  get certificates() {
    return held("certificates", this.#pages.certificates);
  }

  get deviceCommands() {
    return held("deviceCommands", this.#pages.deviceCommands);
  }

  get enrollments() {
    return held("enrollments", this.#pages.enrollments);
  }

  get webhooks() {
    return held("webhooks", this.#pages.webhooks);
  }

  get whitelist() {
    return held("whitelist", this.#pages.whitelist);
  }
}

/** One dictionary; what has come meanwhile is in it. */
function together(common: CommonTexts, pages: Partial<PageTexts>): Texts {
  return Object.assign(new PagesHeld(pages), common);
}

function held<Name extends Area>(name: Name, texts: PageTexts[Name] | undefined): PageTexts[Name] {
  if (texts === undefined) throw new Error(`the texts of ${name} are not those of this path`);
  return texts;
}
