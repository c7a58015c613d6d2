import { LANGUAGES, type Language } from "../texts/texts.ts";

/** What somebody has chosen on this computer, of how the panel looks. */
export interface Preferences {
  readonly language: Language;
  readonly scheme: "auto" | "light" | "dark";
  readonly density: "compact" | "comfortable";
  /** An IANA name; null: the computer's own. */
  readonly zone: string | null;
}

const KEYS = {
  language: "admittance.language",
  scheme: "admittance.scheme",
  density: "admittance.density",
  zone: "admittance.zone",
} as const;

export function readPreferences(): Preferences {
  const language = localStorage.getItem(KEYS.language) ?? navigator.language.slice(0, 2);
  const scheme = localStorage.getItem(KEYS.scheme);
  return {
    language: LANGUAGES.find((one) => one === language) ?? "en",
    scheme: scheme === "light" || scheme === "dark" ? scheme : "auto",
    density: localStorage.getItem(KEYS.density) === "comfortable" ? "comfortable" : "compact",
    zone: knownZone(localStorage.getItem(KEYS.zone)),
  };
}

export function keepPreference(name: keyof Preferences, value: string | null): void {
  if (value === null) localStorage.removeItem(KEYS[name]);
  else localStorage.setItem(KEYS[name], value);
}

/** The zone in which times are shown. */
export function zoneOf({ zone }: Preferences): string {
  return zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function knownZone(name: string | null): string | null {
  if (name === null) return null;
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    return null;
  }
}
