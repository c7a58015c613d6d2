import type { ChosenPreferences } from "../../domain/user/preferences.ts";
import { api, tell } from "../api/client.ts";
import { boot } from "../api/session.ts";
import { LANGUAGES, type Language } from "../texts/texts.ts";

/** What somebody has chosen of how the panel looks: the server keeps it. */
export interface Preferences {
  readonly language: Language;
  readonly scheme: "auto" | "light" | "dark";
  readonly density: "compact" | "comfortable";
  /** An IANA name; null: the computer's own. */
  readonly zone: string | null;
  /** Whether single keys do something. */
  readonly shortcuts: boolean;
  /** By list, the columns that are shown; a list that is absent is as at first. */
  readonly columns: NonNullable<ChosenPreferences["columns"]>;
  /** What was opened from the search, the last one first. */
  readonly recent: NonNullable<ChosenPreferences["recent"]>;
}

/** The browser's copies: for the page for signing in, and for what is painted first. */
const COPIES = {
  language: "admittance.language",
  scheme: "admittance.scheme",
  density: "admittance.density",
} as const;

export function readPreferences(): Preferences {
  const chosen = boot.session?.preferences ?? {};
  const copy = (name: keyof typeof COPIES): string | null =>
    chosen[name] ?? localStorage.getItem(COPIES[name]);
  const language = copy("language") ?? navigator.language.slice(0, 2);
  const scheme = copy("scheme");
  const preferences: Preferences = {
    language: LANGUAGES.find((one) => one === language) ?? "en",
    scheme: scheme === "light" || scheme === "dark" ? scheme : "auto",
    density: copy("density") === "comfortable" ? "comfortable" : "compact",
    zone: chosen.zone ?? null,
    shortcuts: chosen.shortcuts ?? true,
    columns: chosen.columns ?? {},
    recent: chosen.recent ?? [],
  };
  if (boot.session !== null) copyHere(preferences);
  return preferences;
}

/** @throws ApiProblem, UnreachableError */
export async function keepPreferences(changes: Partial<Preferences>): Promise<void> {
  copyHere(changes);
  if (boot.session === null) return;
  const { scheme, ...others } = changes;
  const body = { ...others, ...(scheme === undefined ? {} : { scheme: scheme === "auto" ? null : scheme }) };
  await tell(() => api.PUT("/api/session/preferences", { body }));
}

function copyHere({ language, scheme, density }: Partial<Preferences>): void {
  for (const [name, value] of Object.entries({ language, scheme, density })) {
    if (value === undefined) continue;
    const key = `admittance.${name}`;
    if (value === "auto") localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  }
}

/** The zone in which times are shown. */
export function zoneOf({ zone }: Preferences): string {
  return zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
