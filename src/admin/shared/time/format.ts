export interface TimeFormat {
  readonly language: string;
  /** An IANA name. */
  readonly zone: string;
  readonly seconds?: boolean;
  readonly zoneName?: boolean;
}

/** As `28 Nov 2026, 14:02:11 CET`. @param at RFC 3339 */
export function formatInstant(
  at: string,
  { language, zone, seconds = true, zoneName = true }: TimeFormat,
): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
    ...(zoneName ? { timeZoneName: "short" } : {}),
  }).format(new Date(at));
}

/** As `28 Nov 2026`. @param day `YYYY-MM-DD`: the same day in every zone */
export function formatDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(new Date(`${day}T00:00:00Z`));
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** As `3 minutes ago`. @param now milliseconds */
export function formatRelative(at: string, now: number, language: string): string {
  const ms = Date.parse(at) - now;
  const [unit, size] = STEPS.find(([, step]) => Math.abs(ms) >= step) ?? ["second", 1_000];
  const format = new Intl.RelativeTimeFormat(localeOf(language), { numeric: "auto" });
  return format.format(Math.round(ms / size), unit);
}

/** Zones are named as people here say them: `CET`, not `GMT+1`. */
function localeOf(language: string): string {
  return language === "en" ? "en-GB" : language;
}
