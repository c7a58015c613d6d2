import { NotKnownHereError } from "./notKnownHere.ts";
import { DAY, HOUR, type Instant, MINUTE } from "./time.ts";

/** Calendar units in a time zone, with clock changes, leap years and days that skip midnight. */

export const CALENDAR_UNITS = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/** Half-open in milliseconds: what happened at t counts if `from <= t < to`. */
export interface WindowBounds {
  readonly from: Instant;
  readonly to: Instant;
}

interface LocalDate {
  readonly year: number;
  /** 0 for January, as in `Date.UTC`. */
  readonly month: number;
  readonly day: number;
}

/** True for an IANA zone this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    formatter(name);
    return true;
  } catch {
    return false;
  }
}

// Zone arithmetic costs microseconds; a decision asks for the same few units over and over: the current one, and the
// next to say when a visit is free again.
const REMEMBERED = 8;
const known = new Map<string, Map<CalendarUnit, readonly WindowBounds[]>>();
const NONE: readonly WindowBounds[] = [];
const formatters = new Map<string, Intl.DateTimeFormat>();

/** First instant of the unit that holds `now`, and first instant of the next. */
export function calendarBounds(unit: CalendarUnit, timeZone: string, now: Instant): WindowBounds {
  const lately = known.get(timeZone)?.get(unit) ?? NONE;
  for (const bounds of lately) {
    if (bounds.from <= now && now < bounds.to) return bounds;
  }
  const today = localDate(now, timeZone);
  let bounds = boundsOf(unitDates(unit, today), timeZone);
  // Clocks set back across midnight repeat the end of a day: that time belongs to the day that had begun.
  if (now >= bounds.to)
    bounds = boundsOf(unitDates(unit, normal(today.year, today.month, today.day + 1)), timeZone);
  const ofZone = known.get(timeZone) ?? new Map<CalendarUnit, readonly WindowBounds[]>();
  known.set(timeZone, ofZone.set(unit, [bounds, ...lately.slice(0, REMEMBERED - 1)]));
  return bounds;
}

/** The instant at which the hour that clocks in a zone show at `at` began. */
export function startOfHour(at: Instant, timeZone: string): Instant {
  return at - ((((at + offsetAt(at, timeZone)) % HOUR) + HOUR) % HOUR);
}

/** The first instant after a month (`YYYY-MM`) in a time zone. */
export function endOfMonth(month: string, timeZone: string): Instant {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return startOfDay(normal(year, number, 1), timeZone);
}

function boundsOf([first, next]: readonly [LocalDate, LocalDate], timeZone: string): WindowBounds {
  return { from: startOfDay(first, timeZone), to: startOfDay(next, timeZone) };
}

function unitDates(unit: CalendarUnit, today: LocalDate): readonly [LocalDate, LocalDate] {
  const { year, month, day } = today;
  switch (unit) {
    case "DAY":
      return [today, normal(year, month, day + 1)];
    case "WEEK": {
      const monday = day - ((new Date(Date.UTC(year, month, day)).getUTCDay() + 6) % 7);
      return [normal(year, month, monday), normal(year, month, monday + 7)];
    }
    case "MONTH":
      return [normal(year, month, 1), normal(year, month + 1, 1)];
    case "QUARTER": {
      const first = month - (month % 3);
      return [normal(year, first, 1), normal(year, first + 3, 1)];
    }
    case "YEAR":
      return [normal(year, 0, 1), normal(year + 1, 0, 1)];
  }
}

function normal(year: number, month: number, day: number): LocalDate {
  const date = new Date(Date.UTC(year, month, day));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}

/** The first instant of a local day: mostly midnight, later where the clocks jump over it. */
function startOfDay(date: LocalDate, timeZone: string): Instant {
  const midnight = Date.UTC(date.year, date.month, date.day);
  const offsets = [offsetAt(midnight - DAY, timeZone), offsetAt(midnight + DAY, timeZone)];
  const hits = offsets
    .map((offset) => midnight - offset)
    .filter((at) => at + offsetAt(at, timeZone) === midnight);
  if (hits.length > 0) return Math.min(...hits);
  let before = midnight - Math.max(...offsets) - HOUR;
  let after = midnight - Math.min(...offsets) + HOUR;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offsetAt(middle, timeZone) < midnight) before = middle;
    else after = middle;
  }
  return after;
}

function localDate(at: Instant, timeZone: string): LocalDate {
  const local = new Date(at + offsetAt(at, timeZone));
  return { year: local.getUTCFullYear(), month: local.getUTCMonth(), day: local.getUTCDate() };
}

/** What the clocks of a zone show at an instant less UTC, in minutes; null for a zone that is not known here. */
export function utcOffset(at: Instant, timeZone: string | null): number | null {
  return timeZone === null || !isTimeZone(timeZone) ? null : offsetAt(at, timeZone) / MINUTE;
}

/** Local time minus UTC, in milliseconds. */
function offsetAt(at: Instant, timeZone: string): number {
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  );
  const number = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = Date.UTC(
    number("year"),
    number("month") - 1,
    number("day"),
    number("hour"),
    number("minute"),
    number("second"),
  );
  return local - Math.floor(at / 1000) * 1000;
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  let format = formatters.get(timeZone);
  if (format === undefined) {
    format = newFormatter(timeZone);
    formatters.set(timeZone, format);
  }
  return format;
}

function newFormatter(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const time = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, ...parts, ...time });
  } catch {
    throw new NotKnownHereError(`this runtime does not know the time zone ${JSON.stringify(timeZone)}`);
  }
}
