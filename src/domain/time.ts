import { z } from "zod";

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

const END_OF_YEAR_9999 = Date.UTC(10_000, 0, 1);

/** RFC 3339 with a zone (`Z` or an offset), years 1970 to 9999; answered in UTC with milliseconds. */
export const timestamp = z.iso
  .datetime({
    offset: true,
    error: "an RFC 3339 time with a zone is wanted, for example 2026-01-31T12:00:00Z",
  })
  // By the instant, not by the text: an offset can carry a time into the year before or after.
  .refine(isStorable, "a time from 1970 to 9999 is wanted")
  // Also called for a text that was refused above.
  .overwrite((text) => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString()));

/** What is no time at all was refused already. */
function isStorable(text: string): boolean {
  const at = Date.parse(text);
  return Number.isNaN(at) || (at >= 0 && at < END_OF_YEAR_9999);
}
