import { calendarBounds, startOfHour } from "./calendar.ts";
import { DAY, HOUR, type Instant } from "./time.ts";

/** A stretch of time cut by the calendar of a zone, for what is shown over time. */

export const BUCKET_UNITS = ["HOUR", "DAY", "WEEK", "MONTH"] as const;
export type BucketUnit = (typeof BUCKET_UNITS)[number];

const MOST: readonly (readonly [BucketUnit, number])[] = [
  ["HOUR", 2 * DAY],
  // A day of 25 hours makes no difference.
  ["DAY", 92 * DAY + HOUR],
  ["WEEK", 731 * DAY + HOUR],
];

export function bucketUnitOf(from: Instant, to: Instant): BucketUnit {
  return MOST.find(([, most]) => to - from <= most)?.[0] ?? "MONTH";
}

/** Where buckets begin, the first at `from`: the last ends at `to`. */
export function bucketStarts(
  from: Instant,
  to: Instant,
  unit: BucketUnit,
  timeZone: string,
): readonly Instant[] {
  const starts: Instant[] = [];
  for (let at = from; at < to; at = nextStart(at, unit, timeZone)) starts.push(at);
  return starts;
}

/** Where as many buckets before `from` begin. */
export function bucketStartsBefore(
  from: Instant,
  count: number,
  unit: BucketUnit,
  timeZone: string,
): readonly Instant[] {
  const starts: Instant[] = [];
  let end = from;
  for (let left = count; left > 0; left -= 1) {
    end = startOf(end - 1, unit, timeZone);
    starts.unshift(end);
  }
  return starts;
}

function startOf(at: Instant, unit: BucketUnit, timeZone: string): Instant {
  return unit === "HOUR" ? startOfHour(at, timeZone) : calendarBounds(unit, timeZone, at).from;
}

function nextStart(at: Instant, unit: BucketUnit, timeZone: string): Instant {
  if (unit !== "HOUR") return calendarBounds(unit, timeZone, at).to;
  const next = startOfHour(at + HOUR, timeZone);
  // Clocks that jump by less than an hour.
  return next > at ? next : at + HOUR;
}
