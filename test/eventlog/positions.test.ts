import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as eventstoredb from "../../src/eventlog/eventstoredb/position.ts";
import { START } from "../../src/eventlog/log.ts";
import * as postgres from "../../src/eventlog/postgres/position.ts";

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** Texts that are no position of the log whose positions look like `position`. */
const spoiled = (position: string): readonly string[] => [
  ` ${position}`,
  `${position}0`,
  `0${position}`,
  position.slice(1),
  position.slice(0, -1),
  position.replace("-", " "),
  position.replace(/\d/, "x"),
];

describe("positions in PostgreSQL", () => {
  const cursor = fc.record({
    epoch: fc.nat({ max: 9_999_999 }).map(String),
    xid: uint64.map(String),
    position: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  });
  const of = ({ epoch, xid, position }: postgres.Cursor) => postgres.toPosition(epoch, xid, position);

  test("aPositionIsReadAsItWasWritten", () => {
    fc.assert(
      fc.property(cursor, (place) => {
        expect(postgres.isPosition(of(place))).toBe(true);
        expect(postgres.toCursor(of(place))).toEqual(place);
      }),
    );
  });

  test("positionsSortAsWhatTheyName: the epoch first, then the transaction, then the place in it", () => {
    const numbers = (one: postgres.Cursor) => [one.epoch, one.xid, one.position].map(BigInt);
    fc.assert(
      fc.property(cursor, cursor, (one, other) => {
        const [a, b] = [numbers(one), numbers(other)];
        const differs = a.findIndex((number, index) => number !== b[index]);
        const isBefore = differs >= 0 && (a[differs] ?? 0n) < (b[differs] ?? 0n);
        expect(of(one) < of(other)).toBe(isBefore);
      }),
    );
  });

  test("theStartIsAPosition, and nothing but a position is taken for one", () => {
    expect(postgres.isPosition(START)).toBe(true);
    expect(postgres.toCursor(START)).toEqual({ epoch: "0", xid: "0", position: "0" });
    for (const text of spoiled(postgres.toPosition("1", "2", "3"))) {
      expect(postgres.isPosition(text)).toBe(false);
      expect(() => postgres.toCursor(text)).toThrow(RangeError);
      expect(() => postgres.toCursor(text)).toThrow(`"${text}" is no position of this log`);
    }
  });
});

describe("positions in EventStoreDB", () => {
  const place = fc.record({ commit: uint64, prepare: uint64 });

  test("aPositionIsReadAsItWasWritten, and sorts by the commit first", () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [a, b] = [eventstoredb.toPosition(one), eventstoredb.toPosition(other)];
        expect(eventstoredb.isPosition(a)).toBe(true);
        expect(eventstoredb.toPlace(a)).toEqual(one);
        const isBefore =
          one.commit < other.commit || (one.commit === other.commit && one.prepare < other.prepare);
        expect(a < b).toBe(isBefore);
      }),
    );
  });

  test("theStartIsAPositionWithoutAPlace, and nothing but a position is taken for one", () => {
    expect(eventstoredb.isPosition(START)).toBe(true);
    expect(eventstoredb.toPlace(START)).toBe(null);
    for (const text of spoiled(eventstoredb.toPosition({ commit: 1n, prepare: 2n }))) {
      expect(eventstoredb.isPosition(text)).toBe(false);
      expect(() => eventstoredb.toPlace(text)).toThrow(RangeError);
      expect(() => eventstoredb.toPlace(text)).toThrow(`"${text}" is no position of this log`);
    }
  });
});
