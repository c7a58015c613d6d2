import type { PageTexts } from "./texts.ts";

export type Area = keyof PageTexts;

const OF_PATH: Readonly<Record<string, readonly Area[]>> = {
  "/account-ranges": ["accountRanges", "imports"],
  "/account": ["account", "people"],
  "/branding": ["branding"],
  "/cards": ["cards", "codes", "exports"],
  "/consent": ["terms"],
  "/invitation": ["account", "people"],
  "/keys": ["people"],
  "/locations": ["places"],
  "/merchants": ["places"],
  "/": ["dashboard", "codes"],
  "/dashboard": ["dashboard", "codes"],
  "/operations": ["operation", "decision", "exports", "places", "codes", "operationFilters"],
  "/rates": ["rates", "imports"],
  "/rulesets": ["rulesets", "rulesetSummary"],
  "/system": ["system"],
  "/terms": ["terms"],
  "/terminals": ["places"],
  "/transactions": ["transactions", "imports"],
  "/users": ["people"],
  "/virtual-terminal": ["virtualTerminal", "codes"],
};

/** Parts of pages that are opened seldom: their texts come with them. */
const OF_PART = {
  try: ["simulation", "decision", "codes"],
} as const satisfies Readonly<Record<string, readonly Area[]>>;

export type PagePart = keyof typeof OF_PART;

export function areasOfPart(part: PagePart): readonly Area[] {
  return OF_PART[part];
}

/** Which texts the page of a path needs beyond those of all pages. @param path without `/admin` */
export function areasOf(path: string): readonly Area[] {
  return OF_PATH[`/${path.split("/")[1] ?? ""}`] ?? [];
}
