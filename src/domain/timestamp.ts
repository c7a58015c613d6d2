import { z } from "zod";

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
  .overwrite((text) => {
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? text : at.toISOString();
  });

/** What is no time at all was refused already. */
function isStorable(text: string): boolean {
  const at = Date.parse(text);
  return Number.isNaN(at) || (at >= 0 && at < END_OF_YEAR_9999);
}
