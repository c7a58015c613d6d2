import type { PageTexts } from "./texts.ts";

export type Area = keyof PageTexts;

export const SIMULATOR = "/simulator";

const OF_PATH: Readonly<Record<string, readonly Area[]>> = {
  "/account-ranges": ["accountRanges", "imports"],
  "/account": ["account", "people"],
  "/adjustments": ["adjustments", "imports"],
  "/branding": ["branding"],
  "/cards": ["cards", "codes", "exports", "history", "imports"],
  "/certificates": ["certificates"],
  "/connections": ["connections"],
  "/consent": ["terms"],
  "/enrollments": ["enrollments", "deviceCodes"],
  "/imports": ["imports"],
  "/invitation": ["account", "people"],
  "/keys": ["people"],
  "/locations": ["places", "offline"],
  "/merchants": ["places"],
  "/messages": ["messages", "codes"],
  "/": ["dashboard", "codes"],
  "/dashboard": ["dashboard", "codes"],
  "/offline": ["offline", "operation", "operationFilters", "places", "codes"],
  "/operations": [
    "operation",
    "offline",
    "decision",
    "rulesetFields",
    "exports",
    "places",
    "codes",
    "operationFilters",
  ],
  "/payments": ["payments", "operation"],
  "/rates": ["rates", "imports"],
  "/rulesets": ["rulesets", "rulesetFields", "rulesetSummary"],
  // A part of the editor of rules that comes when it is looked at.
  [SIMULATOR]: ["simulation", "decision", "codes"],
  "/system": ["system"],
  "/terms": ["terms"],
  "/terminals": ["places", "offline", "deviceCodes", "deviceCommands", "history"],
  "/transactions": ["transactions", "imports"],
  "/users": ["people"],
  "/webhooks": ["webhooks", "people"],
  "/whitelist": ["whitelist", "imports", "cards"],
  "/virtual-terminal": ["virtualTerminal", "codes"],
};

/** Which texts the page of a path needs beyond those of all pages. @param path without `/admin` */
export function areasOf(path: string): readonly Area[] {
  return OF_PATH[`/${path.split("/")[1] ?? ""}`] ?? [];
}
