import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ExpectedRevision } from "../../src/eventlog/log.ts";
import type { Subject } from "./subject.ts";
import { event, events, stored } from "./support.ts";

const newStream = (): string => `card-${randomUUID()}`;

/** What `append` promises. */
export function appendPromises(subject: () => Subject): void {
  describe("append", () => {
    it("revisionsCountFromZeroWithoutGaps", async () => {
      const { log } = subject();
      const stream = newStream();
      const batches = [events(1), events(3), events(2)];
      const results = [];
      for (const batch of batches) results.push(stored(await log.append(stream, batch, { expected: "any" })));
      expect(results.map(({ firstRevision, lastRevision }) => [firstRevision, lastRevision])).toEqual([
        [0, 0],
        [1, 3],
        [4, 5],
      ]);
      const read = await log.read(stream);
      expect(read.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(read.map(({ id }) => id)).toEqual(batches.flat().map(({ id }) => id));
      expect(read.at(-1)?.position).toBe(results.at(-1)?.position);
    });

    it("noStreamHoldsOnlyForAnEmptyStream", async () => {
      const { log } = subject();
      const stream = newStream();
      expect(await log.append(stream, events(2), { expected: "noStream" })).toMatchObject({
        outcome: "appended",
      });
      expect(await log.append(stream, events(1), { expected: "noStream" })).toEqual({
        outcome: "conflict",
        actual: 1,
      });
      expect(await log.read(stream)).toHaveLength(2);
    });

    it("exactRevisionHoldsOnlyAtTheHead", async () => {
      const { log } = subject();
      const stream = newStream();
      expect(await log.append(stream, events(1), { expected: 0 })).toEqual({
        outcome: "conflict",
        actual: -1,
      });
      await log.append(stream, events(3), { expected: "noStream" });
      expect(await log.append(stream, events(1), { expected: 1 })).toEqual({
        outcome: "conflict",
        actual: 2,
      });
      expect(await log.append(stream, events(1), { expected: 3 })).toEqual({
        outcome: "conflict",
        actual: 2,
      });
      expect(await log.append(stream, events(1), { expected: 2 })).toMatchObject({ firstRevision: 3 });
    });

    it.each<["noStream" | "exactly", ExpectedRevision]>([
      ["noStream", "noStream"],
      ["exactly", 0],
    ])("oneOfFiftyWritersWins: %s, on two instances", async (_, expected) => {
      const { log, other } = subject();
      const stream = newStream();
      if (expected === 0) await log.append(stream, events(1), { expected: "noStream" });
      const before = expected === 0 ? 1 : 0;
      const writers = Array.from({ length: 50 }, (_, writer) => (writer % 2 === 0 ? log : other));
      const results = await Promise.all(
        writers.map((writer) => writer.append(stream, events(2), { expected })),
      );
      expect(results.filter(({ outcome }) => outcome === "appended")).toHaveLength(1);
      const losers = results.filter(({ outcome }) => outcome !== "appended");
      expect(losers).toEqual(losers.map(() => ({ outcome: "conflict", actual: before + 1 })));
      expect(await log.read(stream)).toHaveLength(before + 2);
    });

    it("hotStreamKeepsEveryEvent: many writers at any revision, on two instances", async () => {
      const { log, other } = subject();
      const stream = newStream();
      const batches = Array.from({ length: 120 }, (_, index) => events(1 + (index % 3)));
      const results = await Promise.all(
        batches.map((batch, index) =>
          (index % 2 === 0 ? log : other).append(stream, batch, { expected: "any" }),
        ),
      );
      const read = await log.read(stream);
      expect(read.map(({ revision }) => revision)).toEqual(batches.flat().map((_, index) => index));
      for (const [index, batch] of batches.entries()) {
        const { firstRevision, lastRevision } = stored(results[index] ?? { outcome: "conflict", actual: -2 });
        const there = read.slice(firstRevision, lastRevision + 1).map(({ id }) => id);
        expect(there).toEqual(batch.map(({ id }) => id));
      }
    });

    it("aConflictFailsNoOther: appends of the same moment are judged by themselves", async () => {
      const { log } = subject();
      const streams = Array.from({ length: 30 }, newStream);
      const taken = streams.filter((_, index) => index % 3 === 0);
      await Promise.all(taken.map((stream) => log.append(stream, events(1), { expected: "noStream" })));
      const results = await Promise.all(
        streams.map((stream) => log.append(stream, events(1), { expected: "noStream" })),
      );
      expect(results.map(({ outcome }) => outcome)).toEqual(
        streams.map((_, index) => (index % 3 === 0 ? "conflict" : "appended")),
      );
    });

    it("appendsOfOneCallerOnOneStreamAreJudgedInOrder", async () => {
      const { log } = subject();
      const stream = newStream();
      const results = await Promise.all([
        log.append(stream, events(2), { expected: "noStream" }),
        log.append(stream, events(1), { expected: 1 }),
        log.append(stream, events(1), { expected: 1 }),
        log.append(stream, events(1), { expected: 2 }),
      ]);
      expect(
        results.map((result) => (result.outcome === "conflict" ? result.actual : result.outcome)),
      ).toEqual(["appended", "appended", 2, "appended"]);
    });

    it("aRepeatedIdKeepsItsPlace: what follows it is judged after it", async () => {
      const { log } = subject();
      const stream = newStream();
      const one = events(1);
      const results = await Promise.all([
        log.append(stream, one, { expected: 7 }),
        log.append(stream, one, { expected: "noStream" }),
        log.append(stream, events(1), { expected: 0 }),
      ]);
      expect(results.map(({ outcome }) => outcome)).toEqual(["conflict", "appended", "appended"]);
    });

    it("orderHoldsAcrossMoments: an append that is on its way comes first", async () => {
      const { log } = subject();
      for (let round = 0; round < 20; round += 1) {
        const stream = newStream();
        const pending = [];
        for (let revision = -1; revision < 5; revision += 1) {
          pending.push(log.append(stream, events(1), { expected: revision < 0 ? "noStream" : revision }));
          await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect((await Promise.all(pending)).map(({ outcome }) => outcome)).toEqual(
          pending.map(() => "appended"),
        );
      }
    });
  });

  describe("idempotency", () => {
    it.each<[string, ExpectedRevision]>([
      ["the same expected revision", 0],
      ["a newer one", 3],
      ["one that never was", 77],
      ["noStream", "noStream"],
      ["any", "any"],
    ])("aRepeatedAppendGivesTheFirstResult: with %s, after others came", async (_, expected) => {
      const { log, other } = subject();
      const stream = newStream();
      await log.append(stream, events(1), { expected: "noStream" });
      const batch = events(2);
      const first = stored(await log.append(stream, batch, { expected: 0 }));
      await log.append(stream, events(1), { expected: 2 });
      expect(await other.append(stream, batch, { expected })).toEqual({ ...first, outcome: "repeated" });
      expect(await log.read(stream)).toHaveLength(4);
    });

    it("anIdIsStoredOnce: also when the same append arrives many times at once", async () => {
      const { log, other } = subject();
      const stream = newStream();
      const batch = events(2);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? log : other).append(stream, batch, { expected: "noStream" }),
        ),
      );
      expect(results.filter(({ outcome }) => outcome === "appended")).toHaveLength(1);
      expect(results.filter(({ outcome }) => outcome === "repeated")).toHaveLength(19);
      expect(new Set(results.map((result) => stored(result).position)).size).toBe(1);
      expect(await log.read(stream)).toHaveLength(2);
    });

    it("idsBelongToTheirStream: the same id may stand in another", async () => {
      const { log } = subject();
      const batch = events(1);
      expect(await log.append(newStream(), batch, { expected: "noStream" })).toMatchObject({
        outcome: "appended",
      });
      expect(await log.append(newStream(), batch, { expected: "noStream" })).toMatchObject({
        outcome: "appended",
      });
    });

    it("aPartlyKnownBatchConflicts: and stores nothing", async () => {
      const { log } = subject();
      const stream = newStream();
      const [a, b, c] = [event(), event(), event()];
      await log.append(stream, [a, b], { expected: "noStream" });
      expect(await log.append(stream, [b, c], { expected: "any" })).toEqual({
        outcome: "conflict",
        actual: 1,
      });
      expect(await log.append(stream, [c, a], { expected: 1 })).toEqual({ outcome: "conflict", actual: 1 });
      expect(await log.read(stream)).toHaveLength(2);
    });

    it("knownIdsInAnotherOrderConflict: no first append had that answer", async () => {
      const { log } = subject();
      const stream = newStream();
      const [a, b, c] = [event(), event(), event()];
      await log.append(stream, [a, b, c], { expected: "noStream" });
      expect(await log.append(stream, [b, a], { expected: "any" })).toEqual({
        outcome: "conflict",
        actual: 2,
      });
      expect(await log.append(stream, [a, c], { expected: "any" })).toEqual({
        outcome: "conflict",
        actual: 2,
      });
      expect(await log.append(stream, [b, c], { expected: "any" })).toMatchObject({
        outcome: "repeated",
        firstRevision: 1,
        lastRevision: 2,
      });
    });
  });
}
