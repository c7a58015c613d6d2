import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarBounds, isTimeZone } from "../../src/domain/calendar.ts";
import { DAY, HOUR, type Instant, instant, iso } from "../../src/domain/time.ts";
import { CALENDAR_UNITS, type CalendarUnit, type Window, windowBounds } from "../../src/domain/window.ts";
import { naiveUnit } from "../support/domain/naive/calendar.ts";
import { ZONES } from "../support/domain/world/vocabulary.ts";

function bounds(unit: CalendarUnit, timeZone: string, now: string): readonly [string, string] {
  const { from, to } = calendarBounds(unit, timeZone, instant(now));
  return [iso(from), iso(to)];
}

describe("clock changes, leap days and odd zones", () => {
  test.each<readonly [string, CalendarUnit, string, string, string, string]>([
    [
      "23 hours",
      "DAY",
      "Europe/Warsaw",
      "2027-03-28T10:00:00Z",
      "2027-03-27T23:00:00.000Z",
      "2027-03-28T22:00:00.000Z",
    ],
    [
      "25 hours",
      "DAY",
      "Europe/Warsaw",
      "2027-10-31T00:30:00Z",
      "2027-10-30T22:00:00.000Z",
      "2027-10-31T23:00:00.000Z",
    ],
    [
      "the second 02:30",
      "DAY",
      "Europe/Warsaw",
      "2027-10-31T01:30:00Z",
      "2027-10-30T22:00:00.000Z",
      "2027-10-31T23:00:00.000Z",
    ],
    [
      "a month with a clock change",
      "MONTH",
      "Europe/Warsaw",
      "2027-03-15T00:00:00Z",
      "2027-02-28T23:00:00.000Z",
      "2027-03-31T22:00:00.000Z",
    ],
    [
      "midnight skipped",
      "DAY",
      "America/Sao_Paulo",
      "2018-11-04T12:00:00Z",
      "2018-11-04T03:00:00.000Z",
      "2018-11-05T02:00:00.000Z",
    ],
    [
      "the day before midnight is skipped",
      "DAY",
      "America/Sao_Paulo",
      "2018-11-04T02:59:59Z",
      "2018-11-03T03:00:00.000Z",
      "2018-11-04T03:00:00.000Z",
    ],
    [
      "23:00 twice",
      "DAY",
      "America/Sao_Paulo",
      "2018-02-18T02:30:00Z",
      "2018-02-17T02:00:00.000Z",
      "2018-02-18T03:00:00.000Z",
    ],
    [
      "midnight skipped",
      "DAY",
      "Asia/Beirut",
      "2027-03-28T12:00:00Z",
      "2027-03-27T22:00:00.000Z",
      "2027-03-28T21:00:00.000Z",
    ],
    [
      "a month that ends with a skipped midnight",
      "MONTH",
      "Asia/Beirut",
      "2024-03-31T12:00:00Z",
      "2024-02-29T22:00:00.000Z",
      "2024-03-31T21:00:00.000Z",
    ],
    [
      "the day before the skipped day",
      "DAY",
      "Pacific/Apia",
      "2011-12-29T12:00:00Z",
      "2011-12-29T10:00:00.000Z",
      "2011-12-30T10:00:00.000Z",
    ],
    [
      "the day after the skipped day",
      "DAY",
      "Pacific/Apia",
      "2011-12-30T10:00:00Z",
      "2011-12-30T10:00:00.000Z",
      "2011-12-31T10:00:00.000Z",
    ],
    [
      "the week with the skipped day",
      "WEEK",
      "Pacific/Apia",
      "2011-12-29T12:00:00Z",
      "2011-12-26T10:00:00.000Z",
      "2012-01-01T10:00:00.000Z",
    ],
    [
      "the year with the skipped day",
      "YEAR",
      "Pacific/Apia",
      "2011-07-01T12:00:00Z",
      "2011-01-01T10:00:00.000Z",
      "2011-12-31T10:00:00.000Z",
    ],
    [
      "leap day",
      "DAY",
      "Europe/Warsaw",
      "2028-02-29T12:00:00Z",
      "2028-02-28T23:00:00.000Z",
      "2028-02-29T23:00:00.000Z",
    ],
    [
      "February of a leap year",
      "MONTH",
      "Europe/Warsaw",
      "2028-02-29T12:00:00Z",
      "2028-01-31T23:00:00.000Z",
      "2028-02-29T23:00:00.000Z",
    ],
    [
      "February of another year",
      "MONTH",
      "Europe/Warsaw",
      "2027-02-28T22:59:59Z",
      "2027-01-31T23:00:00.000Z",
      "2027-02-28T23:00:00.000Z",
    ],
    [
      "1900 was none, 2000 was",
      "MONTH",
      "UTC",
      "2000-02-29T12:00:00Z",
      "2000-02-01T00:00:00.000Z",
      "2000-03-01T00:00:00.000Z",
    ],
    [
      "day 31",
      "MONTH",
      "UTC",
      "2027-01-31T23:59:59.999Z",
      "2027-01-01T00:00:00.000Z",
      "2027-02-01T00:00:00.000Z",
    ],
    [
      "first quarter",
      "QUARTER",
      "UTC",
      "2027-03-31T23:59:59.999Z",
      "2027-01-01T00:00:00.000Z",
      "2027-04-01T00:00:00.000Z",
    ],
    [
      "last quarter",
      "QUARTER",
      "Europe/Warsaw",
      "2027-10-01T00:00:00Z",
      "2027-09-30T22:00:00.000Z",
      "2027-12-31T23:00:00.000Z",
    ],
    [
      "week begins on Monday",
      "WEEK",
      "UTC",
      "2027-01-03T23:59:59.999Z",
      "2026-12-28T00:00:00.000Z",
      "2027-01-04T00:00:00.000Z",
    ],
    [
      "Monday is in the new week",
      "WEEK",
      "UTC",
      "2027-01-04T00:00:00Z",
      "2027-01-04T00:00:00.000Z",
      "2027-01-11T00:00:00.000Z",
    ],
    [
      "week over the end of a year",
      "WEEK",
      "Europe/Warsaw",
      "2027-12-31T23:30:00Z",
      "2027-12-26T23:00:00.000Z",
      "2028-01-02T23:00:00.000Z",
    ],
    [
      "year",
      "YEAR",
      "America/New_York",
      "2028-01-01T04:59:59Z",
      "2027-01-01T05:00:00.000Z",
      "2028-01-01T05:00:00.000Z",
    ],
    [
      "a zone with 45 minutes",
      "DAY",
      "Asia/Kathmandu",
      "2027-06-01T18:15:00Z",
      "2027-06-01T18:15:00.000Z",
      "2027-06-02T18:15:00.000Z",
    ],
    [
      "midnight twice: the first begins the day",
      "DAY",
      "America/Havana",
      "2024-11-03T04:30:00Z",
      "2024-11-03T04:00:00.000Z",
      "2024-11-04T05:00:00.000Z",
    ],
    [
      "clocks set back across midnight",
      "DAY",
      "America/St_Johns",
      "2010-11-07T03:00:00Z",
      "2010-11-07T02:30:00.000Z",
      "2010-11-08T03:30:00.000Z",
    ],
  ])("%s: %s in %s at %s", (_name, unit, zone, now, from, to) => {
    expect(bounds(unit, zone, now)).toEqual([from, to]);
  });
});

const ALL_ZONES = Intl.supportedValuesOf("timeZone");
const unit = fc.constantFrom(...CALENDAR_UNITS);
const anyInstant = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2037, 11, 31) });

test("windowsPartitionTime", () => {
  fc.assert(
    fc.property(unit, fc.constantFrom(...ALL_ZONES), anyInstant, (one, zone, now) => {
      const here = calendarBounds(one, zone, now);
      expect(here.from).toBeLessThanOrEqual(now);
      expect(here.to).toBeGreaterThan(now);
      expect(calendarBounds(one, zone, here.from)).toEqual(here);
      expect(calendarBounds(one, zone, here.to - 1)).toEqual(here);
      expect(calendarBounds(one, zone, here.to).from).toBe(here.to);
      expect(calendarBounds(one, zone, here.from - 1).to).toBe(here.from);
    }),
    { numRuns: process.env["LONG"] === "1" ? 100_000 : 5_000 },
  );
});

test("aUnitIsWhatTheHoursSay", () => {
  const within = fc.integer({ min: Date.UTC(2027, 0, 2), max: Date.UTC(2029, 11, 30) });
  fc.assert(
    fc.property(unit, fc.constantFrom(...ZONES), within, (one, zone, now) => {
      expect(calendarBounds(one, zone, now)).toEqual(naiveUnit(one, zone, now));
    }),
    { numRuns: 5_000 },
  );
});

test("whatWasAskedBeforeMakesNoDifference", () => {
  const asked = fc.array(fc.integer({ min: 0, max: 400 * 24 }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(unit, fc.constantFrom(...ZONES), asked, (one, zone, hours) => {
      const instants = hours.map((hour) => Date.UTC(2027, 0, 2) + hour * HOUR);
      for (const now of instants) expect(calendarBounds(one, zone, now)).toEqual(naiveUnit(one, zone, now));
    }),
    { numRuns: 300 },
  );
});

test("unitsNest", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ALL_ZONES), anyInstant, (zone, now) => {
      const [day, , month, quarter, year] = CALENDAR_UNITS.map((one) => calendarBounds(one, zone, now));
      const nested = [day, month, quarter, year].flatMap((one) => (one === undefined ? [] : [one]));
      expect(nested).toHaveLength(4);
      expect(nested.map((one) => one.from)).toEqual(nested.map((one) => one.from).sort((a, b) => b - a));
      expect(nested.map((one) => one.to)).toEqual(nested.map((one) => one.to).sort((a, b) => a - b));
    }),
    { numRuns: 2_000 },
  );
});

test("aRollingWindowHoldsExactlyItsDays", () => {
  const days = fc.integer({ min: 1, max: 3_660 });
  fc.assert(
    fc.property(days, anyInstant, fc.constantFrom(-1, 0, 1), (count, now, off) => {
      const window: Window = { kind: "ROLLING", days: count };
      const counts = (at: Instant): boolean => {
        const { from, to } = windowBounds(window, now, { from: 0, to: 0 });
        return from <= at && at < to;
      };
      expect(counts(now - count * DAY + off)).toBe(off > 0);
      expect(counts(now + off)).toBe(off <= 0);
    }),
  );
});

test("a zone is one that the runtime knows", () => {
  expect(["Europe/Warsaw", "UTC", "Mars/Phobos", "", "+25:00"].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("isoIsToISOString", () => {
  const any = fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.integer({ min: 0, max: 4_102_444_800_000 }),
    fc.double({ min: 0, max: 4_102_444_800_000, noNaN: true }),
    fc.constantFrom(0, -1, 253_402_300_799_999, 253_402_300_800_000, 59_999, 60_000),
  );
  fc.assert(
    fc.property(any, (at) => {
      expect(iso(at)).toBe(new Date(at).toISOString());
    }),
    { numRuns: 5_000 },
  );
  expect(() => iso(Number.NaN)).toThrow(RangeError);
});
