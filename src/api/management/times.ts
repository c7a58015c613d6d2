import { z } from "zod";
import { type Instant, instant, timestamp } from "../../domain/time.ts";

/**
 * A time in a request: what is no RFC 3339 time never comes to {@link timestamp}, which rewrites it, and
 * one whose offset carries it beyond the year 9999 could not be read back.
 */
export const time = z.iso
  .datetime({
    offset: true,
    error: "an RFC 3339 time with a zone is wanted, for example 2026-01-31T12:00:00Z",
  })
  .pipe(timestamp)
  .refine((text) => /^\d{4}-/.test(text), "a time before the year 10000 is wanted");

/** The same as an instant, for queries. */
export const timeQuery = time.transform((text): Instant => instant(text));
