import type { Texts } from "../../texts/texts.ts";

/** A window of time in words: `any 30 days`. @param window as the API has it; null counts for ever */
export function windowInWords(window: unknown, words: Texts["windows"]): string {
  if (typeof window !== "object" || window === null) return words.always;
  const kind = "kind" in window ? window.kind : null;
  if (kind === "ROLLING" && "days" in window && typeof window.days === "number") {
    return words.rolling(window.days);
  }
  if (kind === "CALENDAR" && "unit" in window && typeof window.unit === "string") {
    const units: Readonly<Record<string, string>> = words.units;
    const zone = "timeZone" in window && typeof window.timeZone === "string" ? window.timeZone : "";
    return words.calendar(units[window.unit] ?? window.unit, zone);
  }
  return words.validity;
}
