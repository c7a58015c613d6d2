import { z } from "zod";
import {
  CALENDAR_UNITS,
  type CalendarUnit,
  calendarBounds,
  isTimeZone,
  type WindowBounds,
} from "./calendar.ts";
import { DAY, type Instant } from "./time.ts";

/** The stretch of time over which a limit counts. */
export type Window =
  /** The last n x 86,400 s, without the instant that lies exactly n days back. */
  | { readonly kind: "ROLLING"; readonly days: number }
  /** The current calendar unit in a time zone; weeks start on Monday. */
  | { readonly kind: "CALENDAR"; readonly unit: CalendarUnit; readonly timeZone: string }
  /** The ruleset's whole life. */
  | { readonly kind: "VALIDITY" };

/** As it is typed in. */
export const window: z.ZodType<Window> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ROLLING"), days: z.int().min(1).max(3_660) }),
  z.strictObject({
    kind: z.literal("CALENDAR"),
    unit: z.enum(CALENDAR_UNITS),
    timeZone: z.string().max(64).refine(isTimeZone, "an IANA time zone is wanted, for example Europe/Warsaw"),
  }),
  z.strictObject({ kind: z.literal("VALIDITY") }),
]);

/** As events keep it: the zone may be one that this runtime does not know. */
export const storedWindow: z.ZodType<Window> = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("ROLLING"), days: z.number() }),
  z.looseObject({ kind: z.literal("CALENDAR"), unit: z.enum(CALENDAR_UNITS), timeZone: z.string() }),
  z.looseObject({ kind: z.literal("VALIDITY") }),
]);

export { CALENDAR_UNITS, type CalendarUnit, type WindowBounds } from "./calendar.ts";

export interface Validity {
  readonly from: Instant;
  readonly to: Instant;
}

const ALWAYS: WindowBounds = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** The bounds in force at `now`; no window counts everything. */
export function windowBounds(window: Window | null, now: Instant, validity: Validity): WindowBounds {
  if (window === null) return ALWAYS;
  switch (window.kind) {
    case "ROLLING":
      // Time is in whole milliseconds, so that one past the open end is the first that counts.
      return { from: now - window.days * DAY + 1, to: now + 1 };
    case "CALENDAR":
      return calendarBounds(window.unit, window.timeZone, now);
    case "VALIDITY":
      return validity;
  }
}

/** When a unit that was used at `at` and counts now stops counting; null for never. */
export function leavesWindowAt(window: Window | null, bounds: WindowBounds, at: Instant): Instant | null {
  if (window === null) return null;
  switch (window.kind) {
    case "ROLLING":
      return at + window.days * DAY;
    case "CALENDAR":
      return bounds.to;
    case "VALIDITY":
      return null;
  }
}
