import { createContext, useContext } from "react";
import type { account } from "./en/account.ts";
import type { accountRanges } from "./en/accountRanges.ts";
import type { branding } from "./en/branding.ts";
import type { cards } from "./en/cards.ts";
import type { codes } from "./en/codes.ts";
import type { connections } from "./en/connections.ts";
import type { dashboard } from "./en/dashboard.ts";
import type { decision } from "./en/decision.ts";
import type { exports } from "./en/exports.ts";
import type { history } from "./en/history.ts";
import type { help } from "./en/help.ts";
import type { operationFilters } from "./en/operationFilters.ts";
import type { offline } from "./en/offline.ts";
import type { operation } from "./en/operation.ts";
import type { messages } from "./en/messages.ts";
import type { adjustments } from "./en/adjustments.ts";
import type { payments } from "./en/payments.ts";
import type { people } from "./en/people.ts";
import type { places } from "./en/places.ts";
import type { rulesets } from "./en/rulesets.ts";
import type { rulesetFields } from "./en/rulesetFields.ts";
import type { rulesetSummary } from "./en/rulesetSummary.ts";
import type { simulation } from "./en/simulation.ts";
import type { system } from "./en/system.ts";
import type { terms } from "./en/terms.ts";
import type { virtualTerminal } from "./en/virtualTerminal.ts";
import type { deviceCommands } from "./en/deviceCommands.ts";
import type { deviceCodes } from "./en/deviceCodes.ts";
import type { certificates } from "./en/certificates.ts";
import type { enrollments } from "./en/enrollments.ts";
import type { webhooks } from "./en/webhooks.ts";
import type { whitelist } from "./en/whitelist.ts";
import type { imports } from "./en/imports.ts";
import type { rates } from "./en/rates.ts";
import type { transactions } from "./en/transactions.ts";
import type { texts as english } from "./en/index.ts";

/** Every language has what English has: the same keys, the same arguments. */
export type Texts = CommonTexts & PageTexts;

/** Texts that every page may use. */
export type CommonTexts = Translated<typeof english>;

/** Texts of some pages only: they come with those pages. */
export interface PageTexts {
  readonly account: Translated<typeof account>;
  readonly accountRanges: Translated<typeof accountRanges>;
  readonly branding: Translated<typeof branding>;
  readonly cards: Translated<typeof cards>;
  readonly codes: Translated<typeof codes>;
  readonly connections: Translated<typeof connections>;
  readonly dashboard: Translated<typeof dashboard>;
  readonly decision: Translated<typeof decision>;
  readonly history: Translated<typeof history>;
  readonly imports: Translated<typeof imports>;
  readonly rates: Translated<typeof rates>;
  readonly transactions: Translated<typeof transactions>;
  readonly exports: Translated<typeof exports>;
  readonly offline: Translated<typeof offline>;
  readonly operation: Translated<typeof operation>;
  readonly operationFilters: Translated<typeof operationFilters>;
  readonly messages: Translated<typeof messages>;
  readonly adjustments: Translated<typeof adjustments>;
  readonly payments: Translated<typeof payments>;
  readonly people: Translated<typeof people>;
  readonly places: Translated<typeof places>;
  readonly rulesets: Translated<typeof rulesets>;
  readonly rulesetFields: Translated<typeof rulesetFields>;
  readonly rulesetSummary: Translated<typeof rulesetSummary>;
  readonly simulation: Translated<typeof simulation>;
  readonly system: Translated<typeof system>;
  readonly terms: Translated<typeof terms>;
  readonly virtualTerminal: Translated<typeof virtualTerminal>;
  readonly deviceCodes: Translated<typeof deviceCodes>;
  readonly certificates: Translated<typeof certificates>;
  readonly deviceCommands: Translated<typeof deviceCommands>;
  readonly enrollments: Translated<typeof enrollments>;
  readonly webhooks: Translated<typeof webhooks>;
  readonly whitelist: Translated<typeof whitelist>;
}

/** Those of the help, which is opened seldom. */
export type HelpTexts = Translated<typeof help>;

type Translated<Value> = Value extends string
  ? string
  : Value extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof Value]: Translated<Value[Key]> };

export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", pl: "Polski" };

const TextsContext = createContext<Texts | null>(null);
export const TextsProvider = TextsContext.Provider;

export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (texts === null) throw new Error("texts are used outside of their provider");
  return texts;
}
