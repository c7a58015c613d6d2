import { z } from "zod";

/** Milliseconds since 1970-01-01T00:00:00Z, a whole number. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** RFC 3339 in UTC with milliseconds. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
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

/** RFC 3339 with a zone (`Z` or an offset), years 1970 to 9999; answered in UTC with milliseconds. */
export const timestamp = z.iso
  .datetime({ offset: true, error: "an RFC 3339 time with a zone is wanted, for example 2026-01-31T12:00:00Z" })
  .refine((text) => Date.parse(text) >= 0, "a time from 1970 on is wanted")
  .overwrite((text) => new Date(text).toISOString());
