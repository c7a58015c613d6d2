import { DAY, HOUR, type Instant, MINUTE } from "../../../../src/domain/time.ts";
import type { CalendarUnit, WindowBounds } from "../../../../src/domain/window.ts";

/**
 * Calendar units by looking: each hour of some years is asked for its local date, and a unit is the
 * run of days with the same name. Slow, and obviously right, except in zones that repeat midnight.
 */

const FIRST = Date.UTC(2025, 11, 1);
const LAST = Date.UTC(2031, 0, 31);

interface LocalDay {
  readonly from: Instant;
  readonly to: Instant;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

const tables = new Map<string, readonly LocalDay[]>();
const found = new Map<string, WindowBounds>();

export function naiveUnit(unit: CalendarUnit, timeZone: string, now: Instant): WindowBounds {
  const days = daysOf(timeZone);
  const index = indexOf(days, now);
  const key = `${timeZone} ${unit} ${String(index)}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const name = (at: number): string | null => {
    const day = days[at];
    return day === undefined ? null : unitName(unit, day.date);
  };
  let first = index;
  while (name(first - 1) === name(index)) first--;
  let last = index;
  while (name(last + 1) === name(index)) last++;
  const bounds = { from: dayAt(days, first).from, to: dayAt(days, last).to };
  found.set(key, bounds);
  return bounds;
}

function unitName(unit: CalendarUnit, date: string): string {
  switch (unit) {
    case "DAY":
      return date;
    case "WEEK":
      // 1970-01-01 was a Thursday.
      return String(Math.floor((Date.parse(date) / DAY + 3) / 7));
    case "MONTH":
      return date.slice(0, 7);
    case "QUARTER":
      return `${date.slice(0, 4)} ${String(Math.ceil(Number(date.slice(5, 7)) / 3))}`;
    case "YEAR":
      return date.slice(0, 4);
  }
}

function dayAt(days: readonly LocalDay[], index: number): LocalDay {
  const day = days[index];
  if (day === undefined) throw new Error("outside the years the naive calendar knows");
  return day;
}

function indexOf(days: readonly LocalDay[], now: Instant): number {
  // Days last about a day, so that the guess is at most a few off.
  let index = Math.max(0, Math.min(days.length - 1, Math.floor((now - dayAt(days, 0).from) / DAY) - 2));
  while (dayAt(days, index).to <= now) index++;
  while (dayAt(days, index).from > now) index--;
  return index;
}

function daysOf(timeZone: string): readonly LocalDay[] {
  const known = tables.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const starts: { from: Instant; date: string }[] = [];
  let current = format.format(FIRST);
  for (let hour = FIRST; hour < LAST; hour += HOUR) {
    if (format.format(hour + HOUR) === current) continue;
    let minute = hour;
    while (format.format(minute) === current) minute += MINUTE;
    current = format.format(minute);
    starts.push({ from: minute, date: current });
  }
  const days = starts.flatMap(({ from, date }, index) => {
    const next = starts[index + 1];
    return next === undefined ? [] : [{ from, to: next.from, date }];
  });
  tables.set(timeZone, days);
  return days;
}
