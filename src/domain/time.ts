/** Milliseconds since 1970-01-01T00:00:00Z, a whole number. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const YEAR_10000 = 253_402_300_800_000;
const SECONDS = Array.from({ length: 60 }, (_, second) => `${String(second).padStart(2, "0")}.`);
const MILLISECONDS = Array.from(
  { length: 1_000 },
  (_, millisecond) => `${String(millisecond).padStart(3, "0")}Z`,
);
const minutes = new Map<number, string>();

/** RFC 3339 in UTC with milliseconds. */
export function iso(at: Instant): string {
  if (!Number.isInteger(at) || at < 0 || at >= YEAR_10000) return new Date(at).toISOString();
  // A trace holds many instants, mostly of the same few minutes, and `toISOString` takes longer than all else in it.
  const minute = Math.floor(at / MINUTE);
  const rest = at - minute * MINUTE;
  const second = Math.floor(rest / SECOND);
  return textOfMinute(minute) + (SECONDS[second] ?? "") + (MILLISECONDS[rest - second * SECOND] ?? "");
}

/** `2027-03-10T12:34:` */
function textOfMinute(minute: number): string {
  let text = minutes.get(minute);
  if (text === undefined) {
    if (minutes.size >= 10_000) minutes.clear();
    text = new Date(minute * MINUTE).toISOString().slice(0, 17);
    minutes.set(minute, text);
  }
  return text;
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

/** The instant an RFC 3339 text names. */
export function instant(text: string): Instant {
  return Date.parse(text);
}

export function instantOrNull(text: string | null): Instant | null {
  return text === null ? null : Date.parse(text);
}
