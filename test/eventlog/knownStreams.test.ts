import { expect, test } from "vitest";
import { KnownStreams, MOST_IDS } from "../../src/eventlog/eventstoredb/knownStreams.ts";

const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `id-${String(from + n)}` }));

test("aStreamIsKnownFromItsFirstEventOn, or from what was read to its head", () => {
  const known = new KnownStreams();
  known.learn("late", 3, ids(3, 2));
  known.learn("empty", 0, []);
  expect([known.get("late"), known.get("empty")]).toEqual([undefined, undefined]);
  known.learn("early", 0, ids(0, 2));
  expect(known.get("early")).toEqual({
    head: 1,
    revisions: new Map([
      ["id-0", 0],
      ["id-1", 1],
    ]),
  });
  expect(known.replace("late", 3, ids(3, 2))).toBe(known.get("late"));
  expect(known.get("late")).toEqual({
    head: 4,
    revisions: new Map([
      ["id-3", 3],
      ["id-4", 4],
    ]),
  });
});

test("whatGoesOnFromTheHeadIsLearnt: overlapping, but neither with a gap nor what is known", () => {
  const known = new KnownStreams();
  known.learn("s", 0, ids(0, 3));
  known.learn("s", 4, ids(4, 1));
  known.learn("s", 1, [{ id: "other" }, { id: "another" }]);
  expect(known.get("s")).toMatchObject({ head: 2 });
  expect([...(known.get("s")?.revisions ?? [])]).toEqual([
    ["id-0", 0],
    ["id-1", 1],
    ["id-2", 2],
  ]);
  known.learn("s", 2, [{ id: "other" }, { id: "id-3" }]);
  known.learn("s", 4, ids(4, 1));
  expect([...(known.get("s")?.revisions ?? [])]).toEqual([
    ["id-0", 0],
    ["id-1", 1],
    ["id-2", 2],
    ["id-3", 3],
    ["id-4", 4],
  ]);
});

test("ofALongStreamTheNewestIdsAreKept", () => {
  const known = new KnownStreams();
  known.learn("s", 0, ids(0, 2 * MOST_IDS));
  expect(known.get("s")?.revisions.size).toBe(2 * MOST_IDS);
  known.learn("s", 2 * MOST_IDS, ids(2 * MOST_IDS, 1));
  const { head, revisions } = known.get("s") ?? KnownStreams.empty;
  expect([head, revisions.size]).toEqual([2 * MOST_IDS, MOST_IDS]);
  expect([...revisions.values()].at(0)).toBe(MOST_IDS + 1);
  expect(revisions.get(`id-${String(2 * MOST_IDS)}`)).toBe(2 * MOST_IDS);
});

test("ofManyStreamsTheOneThatWasNotUsedForLongestIsForgotten", () => {
  const known = new KnownStreams(10);
  known.learn("a", 0, ids(0, 4));
  known.learn("b", 0, ids(0, 3));
  known.get("a");
  known.learn("c", 0, ids(0, 1));
  expect(["a", "b", "c"].map((stream) => known.get(stream)?.head)).toEqual([3, undefined, 0]);
});
