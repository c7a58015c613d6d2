import { describe, expect, test } from "vitest";
import { walked } from "../../src/admin/routes/dashboard/walk.ts";

/** A week in which little happens: Monday at 8, 9 and 20, Wednesday at 10 and 23. */
const SPOTS = [
  { row: 1, column: 8 },
  { row: 1, column: 9 },
  { row: 1, column: 20 },
  { row: 3, column: 10 },
  { row: 3, column: 23 },
];

describe("where a key leads in a chart", () => {
  test("leftAndRightGoInReadingOrderAndStayWithinIt", () => {
    expect(SPOTS.map((_, at) => walked(SPOTS, at, "ArrowRight", false))).toEqual([1, 2, 3, 4, 4]);
    expect(SPOTS.map((_, at) => walked(SPOTS, at, "ArrowLeft", false))).toEqual([0, 0, 1, 2, 3]);
  });

  test("upAndDownGoToTheNearestOfTheNextRowThatHasAny", () => {
    expect(SPOTS.map((_, at) => walked(SPOTS, at, "ArrowDown", false))).toEqual([3, 3, 4, 3, 4]);
    expect(SPOTS.map((_, at) => walked(SPOTS, at, "ArrowUp", false))).toEqual([0, 1, 2, 1, 2]);
  });

  test("homeAndEndGoToTheEndsOfTheRow, or of all", () => {
    expect(SPOTS.map((_, at) => walked(SPOTS, at, "Home", false))).toEqual([0, 0, 0, 3, 3]);
    expect(SPOTS.map((_, at) => walked(SPOTS, at, "End", false))).toEqual([2, 2, 2, 4, 4]);
    expect(walked(SPOTS, 4, "Home", true)).toBe(0);
    expect(walked(SPOTS, 0, "End", true)).toBe(4);
  });

  test("anotherKeyIsNotTheChart's, and an empty chart has none", () => {
    expect(walked(SPOTS, 1, "PageDown", false)).toBeNull();
    expect(walked([], 0, "ArrowRight", false)).toBeNull();
  });
});
