import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketStarts, bucketStartsBefore, bucketUnitOf } from "../../src/domain/buckets.ts";
import { DAY, HOUR, MINUTE } from "../../src/domain/time.ts";

const ZONES = ["UTC", "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];
const QUARTER = 15 * MINUTE;

describe("a time cut by the calendar", () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 4 * 366 * 96 }), fc.integer({ min: 1, max: 900 * 96 }))
    .map(([from, length]) => {
      const start = Date.UTC(2026, 0, 1) + from * QUARTER;
      return { from: start, to: start + length * QUARTER };
    });

  test("hasNoGapAndNoOverlap, ends within the time, and begins at quarters of an hour", () => {
    fc.assert(
      fc.property(range, fc.constantFrom(...ZONES), ({ from, to }, zone) => {
        const unit = bucketUnitOf(from, to);
        const starts = bucketStarts(from, to, unit, zone);
        expect(starts[0]).toBe(from);
        for (const [index, start] of starts.entries()) {
          expect(start % QUARTER).toBe(0);
          expect(start).toBeLessThan(starts[index + 1] ?? to);
        }
        const before = bucketStartsBefore(from, starts.length, unit, zone);
        expect(before).toHaveLength(starts.length);
        expect([...before, from]).toEqual([...before, from].toSorted((a, b) => a - b));
        expect(new Set([...before, from]).size).toBe(before.length + 1);
        expect(starts.length).toBeLessThanOrEqual(110);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    [2 * DAY, "HOUR"],
    [2 * DAY + QUARTER, "DAY"],
    [92 * DAY, "DAY"],
    [93 * DAY, "WEEK"],
    [731 * DAY, "WEEK"],
    [732 * DAY, "MONTH"],
  ] as const)("of %d ms is cut by the %s", (length, unit) => {
    expect(bucketUnitOf(0, length)).toBe(unit);
  });

  test("aDayOf23HoursIsOneBucket, and so is one of 25", () => {
    const spring = Date.UTC(2027, 2, 26, 23);
    const starts = bucketStarts(spring, spring + 3 * DAY - HOUR, "DAY", "Europe/Warsaw");
    expect(starts.map((at) => at - spring)).toEqual([0, DAY, 2 * DAY - HOUR]);
    const autumn = Date.UTC(2027, 9, 29, 22);
    expect(
      bucketStarts(autumn, autumn + 3 * DAY + HOUR, "DAY", "Europe/Warsaw").map((at) => at - autumn),
    ).toEqual([0, DAY, 2 * DAY + HOUR]);
  });

  test("hoursBeginWhereTheClocksOfTheZoneSaySo", () => {
    const from = Date.UTC(2026, 10, 29, 0, 15);
    const starts = bucketStarts(from, from + 3 * HOUR, "HOUR", "Asia/Kathmandu");
    expect(starts.map((at) => (at - from) / HOUR)).toEqual([0, 1, 2]);
    expect(bucketStarts(from + QUARTER, from + 2 * HOUR, "HOUR", "Asia/Kathmandu")).toEqual([
      from + QUARTER,
      from + HOUR,
    ]);
  });
});
