import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type EventData,
  type EventLog,
  type ExpectedRevision,
  InvalidEventError,
  LogUnavailableError,
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  MAX_BODY_BYTES,
  MAX_NAME_BYTES,
  START,
} from "../../src/eventlog/log.ts";
import { all, appendAndReach, collect, event, events, eventually, faults, stored, take } from "./support.ts";

/*
 * The promises of the port `src/eventlog/log.ts`, which every adapter keeps: this file is its specification, and every
 * line of it runs on every engine.
 */

/** One adapter under test. A log of its own, empty, for each `open`. */
export interface Adapter {
  /** The log as two instances of the product see it (the same object where there can be only one). */
  open(): Promise<{ readonly log: EventLog; readonly other: EventLog; dispose(): Promise<void> }>;
}

/** What a running suite sees of the adapter. */
export interface Subject {
  readonly log: EventLog;
  readonly other: EventLog;
}

/** The whole suite. The log is shared by its tests, as in production; each test uses streams of its own. */
export function conformance(name: string, adapter: Adapter): void {
  describe(`event log: ${name}`, () => {
    let opened: Awaited<ReturnType<Adapter["open"]>> | undefined;
    const subject = (): Subject => {
      if (opened === undefined) throw new Error("the log is not open");
      return opened;
    };
    beforeAll(async () => {
      opened = await adapter.open();
    });
    afterAll(async () => {
      await opened?.dispose();
    });
    appendPromises(subject);
    storagePromises(subject);
    feedPromises(subject, adapter);
  });
}

const newStream = (): string => `card-${randomUUID()}`;

/** What `append` promises. */
function appendPromises(subject: () => Subject): void {
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

/** What is stored and what is refused, and what `read` promises. */
function storagePromises(subject: () => Subject): void {
  describe("what no log stores", () => {
    const twice = event();
    const big = "x".repeat(MAX_BODY_BYTES);
    const invalid: [string, string, readonly EventData[], ExpectedRevision][] = [
      ["an empty batch", "card-1", [], "any"],
      ["an id twice in a batch", "card-1", [twice, event(), twice], "any"],
      ["a body that is too large", "card-1", [event(`${big}x`)], "any"],
      [
        "a body too large in bytes, not in characters",
        "card-1",
        [event("ä".repeat(MAX_BODY_BYTES / 2 + 1))],
        "any",
      ],
      ["bodies too large together", "card-1", Array.from({ length: 4 }, () => event(big)), "any"],
      ["too many events", "card-1", events(MAX_APPEND_EVENTS + 1), "any"],
      ["U+0000", "card-1", [event('"\0"')], "any"],
      ["a lone surrogate", "card-1", [event('"\ud800"')], "any"],
      ["an id that is no UUID", "card-1", [event("{}", "1")], "any"],
      ["an id in upper case", "card-1", [event("{}", randomUUID().toUpperCase())], "any"],
      ["a malformed hash", "card-1", [{ ...event(), hash: "abc" }], "any"],
      ["an empty type", "card-1", [{ ...event(), type: "" }], "any"],
      ["a stream without a name", "", [event()], "any"],
      ["a reserved stream", "$all", [event()], "any"],
      ["a name that is too long", "x".repeat(MAX_NAME_BYTES + 1), [event()], "any"],
      ["a negative expected revision", "card-1", [event()], -1],
      ["a fractional expected revision", "card-1", [event()], 0.5],
    ];
    it.each(invalid)("invalidIsRefused: %s", async (_, stream, batch, expected) => {
      const { log } = subject();
      const after = await appendAndReach(log, newStream(), events(1));
      await expect(log.append(stream, batch, { expected })).rejects.toBeInstanceOf(InvalidEventError);
      const next = event();
      await appendAndReach(log, newStream(), [next]);
      expect((await all(log.readAll({ after }))).map(({ id }) => id)).toEqual([next.id]);
    });

    it("aBadEventFailsNoOther", async () => {
      const { log } = subject();
      const stream = newStream();
      const [bad, good] = await Promise.allSettled([
        log.append(newStream(), [event('"\0"')], { expected: "any" }),
        log.append(stream, [event()], { expected: "any" }),
      ]);
      expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
      expect(await log.read(stream)).toHaveLength(1);
    });

    it("theLargestIsStored", async () => {
      const { log } = subject();
      const stream = newStream();
      const three = Array.from({ length: MAX_APPEND_BYTES / MAX_BODY_BYTES }, () => event(big));
      await log.append(stream, three, { expected: "noStream" });
      expect((await log.read(stream)).map(({ body }) => body.length)).toEqual(
        three.map(() => MAX_BODY_BYTES),
      );
    });
  });

  describe("read", () => {
    it("bodiesComeBackByteForByte", async () => {
      const { log } = subject();
      const stream = `card-ä☂-${randomUUID()}`;
      const bodies = [
        '{"a":"ä☂𝄞\\u0000\\n\\""}',
        " {} ",
        "\u0001\u007f\ufeff\uffff",
        '\\x41 {a,"b",NULL} \'',
        "",
        "null",
      ];
      const batch = bodies.map((body) => ({ ...event(body), type: "Größe, {NULL}" }));
      await log.append(stream, batch, { expected: "noStream" });
      const read = await log.read(stream);
      expect(read.map(({ id, type, body, hash }) => ({ id, type, body, hash }))).toEqual(batch);
      expect(read.map((recorded) => recorded.stream)).toEqual(batch.map(() => stream));
    });

    it("aRangeIsAsAsked", async () => {
      const { log } = subject();
      const stream = newStream();
      await log.append(stream, events(10), { expected: "noStream" });
      const revisions = async (options: { from?: number; limit?: number }): Promise<number[]> =>
        (await log.read(stream, options)).map(({ revision }) => revision);
      expect(await revisions({ from: 7 })).toEqual([7, 8, 9]);
      expect(await revisions({ limit: 2 })).toEqual([0, 1]);
      expect(await revisions({ from: 3, limit: 3 })).toEqual([3, 4, 5]);
      expect(await revisions({ from: 10 })).toEqual([]);
      expect(await revisions({ limit: 0 })).toEqual([]);
    });

    it("anUnknownStreamIsEmpty", async () => {
      expect(await subject().log.read(newStream())).toEqual([]);
    });

    it("ownAppendsAreReadAtOnce: from every instance", async () => {
      const { log, other } = subject();
      const stream = newStream();
      for (let count = 1; count <= 20; count += 1) {
        await log.append(stream, events(1), { expected: "any" });
        expect(await other.read(stream)).toHaveLength(count);
      }
    });
  });
}

/** What `readAll`, `subscribe`, `head` and `close` promise. */
function feedPromises(subject: () => Subject, adapter: Adapter): void {
  // A prefix nobody else uses gives a test a feed of its own in the shared log.
  const newPrefix = (): string => `p${randomUUID()}-`;

  describe("readAll", () => {
    it("readsEverythingToTheEndAndEnds", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      const ids: string[] = [];
      for (let n = 0; n < 20; n += 1) {
        const batch = events(3);
        ids.push(...batch.map(({ id }) => id));
        await appendAndReach(log, `${prefix}${n % 4}`, batch);
      }
      const whole = await all(log.readAll({ after: START }));
      expect(faults(whole, ids)).toEqual([]);
      const ours = whole.filter(({ stream }) => stream.startsWith(prefix));
      expect(ours).toEqual(await all(log.readAll({ after: START, prefixes: [prefix] })));
      expect(ours.map(({ id }) => id)).toEqual(ids);
    });

    it("positionsSortAndResume: from any event, exactly the rest follows", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      for (let n = 0; n < 12; n += 1) await appendAndReach(log, `${prefix}${n % 3}`, events(1 + (n % 2)));
      const whole = await all(log.readAll({ after: START, prefixes: [prefix] }));
      const positions = whole.map(({ position }) => position);
      expect(positions.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(positions);
      expect(new Set(positions).size).toBe(whole.length);
      expect(positions.every((position) => position > START)).toBe(true);
      for (const [index, { position }] of whole.entries()) {
        expect(await all(log.readAll({ after: position, prefixes: [prefix] }))).toEqual(
          whole.slice(index + 1),
        );
      }
    });

    it("positionsAreOne: append, read and feed name the same", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      const position = await appendAndReach(log, `${prefix}1`, events(3));
      const feed = await all(log.readAll({ after: START, prefixes: [prefix] }));
      expect(feed).toEqual(await log.read(`${prefix}1`));
      expect(feed.at(-1)?.position).toBe(position);
    });

    it.each([1, 7, 500])("batchesAreNeverEmptyAndBounded: by %d", async (batchSize) => {
      const { log } = subject();
      const prefix = newPrefix();
      for (let n = 0; n < 5; n += 1) await appendAndReach(log, `${prefix}${n}`, events(6));
      for (const prefixes of [undefined, [prefix], [newPrefix()]]) {
        const options = prefixes === undefined ? {} : { prefixes };
        let count = 0;
        for await (const batch of log.readAll({ after: START, batchSize, ...options })) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          count += batch.length;
        }
        if (prefixes?.[0] === prefix) expect(count).toBe(30);
        else if (prefixes !== undefined) expect(count).toBe(0);
        else expect(count).toBeGreaterThanOrEqual(30);
      }
    });

    it("prefixesAreAlternatives: and wildcards are letters", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      const names = [
        `${prefix}a-1`,
        `${prefix}a-2`,
        `${prefix}b-1`,
        `${prefix}%`,
        `${prefix}_`,
        `${prefix}ä`,
      ];
      for (const name of names) await appendAndReach(log, name, events(1));
      const streams = async (prefixes: string[]): Promise<string[]> =>
        (await all(log.readAll({ after: START, prefixes }))).map(({ stream }) => stream);
      expect(await streams([`${prefix}a-`, `${prefix}b-`])).toEqual(names.slice(0, 3));
      expect(await streams([`${prefix}%`])).toEqual([`${prefix}%`]);
      expect(await streams([`${prefix}_`])).toEqual([`${prefix}_`]);
      expect(await streams([`${prefix}ä`])).toEqual([`${prefix}ä`]);
      expect(await streams([`${prefix}a`, `${prefix}a-`])).toEqual(names.slice(0, 2));
      expect(await streams([])).toEqual([]);
    });

    it("aFilteredFeedLooksBeyondForeignEvents: more of them than are looked at in one go", async () => {
      const { log } = subject();
      const [prefix, foreign] = [newPrefix(), newPrefix()];
      const after = await appendAndReach(log, `${prefix}1`, events(1));
      // 2,000 rows are looked at together; none of the first two thousand is wanted.
      for (let n = 0; n < 21; n += 1) await log.append(`${foreign}1`, events(100), { expected: "any" });
      await appendAndReach(log, `${prefix}1`, events(1));
      const wanted = [[`${prefix}1`, 1]];
      const seen = (found: Awaited<ReturnType<typeof all>>) =>
        found.map(({ stream, revision }) => [stream, revision]);
      expect(seen(await all(log.readAll({ after, prefixes: [prefix] })))).toEqual(wanted);
      expect(seen(await take(log, 1, { after, prefixes: [prefix] }))).toEqual(wanted);
    });

    it("nothingIsReadAhead: the consumer sets the pace", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      await appendAndReach(log, `${prefix}1`, events(10));
      const feed = log.readAll({ after: START, prefixes: [prefix], batchSize: 4 })[Symbol.asyncIterator]();
      expect((await feed.next()).value).toHaveLength(4);
      expect((await feed.next()).value).toHaveLength(4);
      expect((await feed.next()).value).toHaveLength(2);
      expect((await feed.next()).done).toBe(true);
    });
  });

  describe("head", () => {
    it("headIsTheLastDeliverable: and nothing follows it", async () => {
      const { log } = subject();
      const position = await appendAndReach(log, `${newPrefix()}1`, events(2));
      expect(await log.head()).toBe(position);
      expect(await all(log.readAll({ after: await log.head() }))).toEqual([]);
    });

    it("anEmptyLogIsAtStart", async () => {
      const { log, dispose } = await adapter.open();
      try {
        expect(await log.head()).toBe(START);
        expect(await all(log.readAll({ after: START }))).toEqual([]);
      } finally {
        await dispose();
      }
    });
  });

  describe("subscribe", () => {
    it("deliversWhatIsThereAndWhatComes: of both instances", async () => {
      const { log, other } = subject();
      const prefix = newPrefix();
      await log.append(`${prefix}1`, events(3), { expected: "noStream" });
      const taking = take(log, 8, { after: START, prefixes: [prefix] });
      await log.append(`${prefix}1`, events(3), { expected: 2 });
      await other.append(`${prefix}1`, events(2), { expected: 5 });
      expect((await taking).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    it("everyEventOnceAndInStreamOrder: under concurrent writers, across restarts", async () => {
      const { log, other } = subject();
      const prefix = newPrefix();
      const ids: string[] = [];
      const after = await log.head();
      const plain = collect(log, { after, prefixes: [prefix] });
      const restarted = collect(other, { after, prefixes: [prefix], batchSize: 5 }, 17);
      await Promise.all(
        Array.from({ length: 12 }, async (_, writer) => {
          for (let n = 0; n < 25; n += 1) {
            const batch = events(1 + ((writer + n) % 3));
            const stream = `${prefix}${n % 2 === 0 ? "shared" : writer}`;
            await (writer % 2 === 0 ? log : other).append(stream, batch, { expected: "any" });
            ids.push(...batch.map(({ id }) => id));
          }
        }),
      );
      for (const subscription of [plain, restarted]) {
        const { found } = subscription;
        await eventually(
          () => found.length >= ids.length,
          () => `${found.length} of ${ids.length} delivered`,
        );
        await subscription.stop();
        expect(faults(found, ids)).toEqual([]);
        expect(found).toHaveLength(ids.length);
      }
      expect(restarted.restarts()).toBeGreaterThan(10);
    });

    it("resumesFromAnyPosition", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      await log.append(`${prefix}1`, events(6), { expected: "noStream" });
      const whole = await take(log, 6, { after: START, prefixes: [prefix] });
      for (const [index, { position }] of whole.slice(0, -1).entries()) {
        const rest = whole.slice(index + 1);
        expect(await take(log, rest.length, { after: position, prefixes: [prefix] })).toEqual(rest);
      }
    });

    it("abortEndsAtOnce: while it waits, before it begins, and in the middle of a page", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      const waiting = new AbortController();
      const idle = all(
        log.subscribe({ after: await log.head(), prefixes: [prefix], signal: waiting.signal }),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      waiting.abort();
      expect(await idle).toEqual([]);

      expect(await all(log.subscribe({ after: START, signal: AbortSignal.abort() }))).toEqual([]);

      await log.append(`${prefix}1`, events(9), { expected: "noStream" });
      const middle = new AbortController();
      let batches = 0;
      for await (const _ of log.subscribe({
        after: START,
        prefixes: [prefix],
        batchSize: 2,
        signal: middle.signal,
      })) {
        batches += 1;
        middle.abort();
      }
      expect(batches).toBe(1);
    });

    it("aSlowConsumerMissesNothing", async () => {
      const { log } = subject();
      const prefix = newPrefix();
      const signal = AbortSignal.timeout(15_000);
      const revisions: number[] = [];
      await log.append(`${prefix}1`, events(2), { expected: "noStream" });
      for await (const batch of log.subscribe({ after: START, prefixes: [prefix], batchSize: 2, signal })) {
        revisions.push(...batch.map(({ revision }) => revision));
        if (revisions.length >= 20) break;
        await log.append(`${prefix}1`, events(4), { expected: "any" });
      }
      expect(revisions).toEqual(revisions.map((_, index) => index));
    });
  });

  describe("close", () => {
    it("closeFinishesWhatWasBegun: and refuses what comes after", async () => {
      const { log, dispose } = await adapter.open();
      try {
        const stream = `${newPrefix()}1`;
        const begun = Array.from({ length: 10 }, () => log.append(stream, [event()], { expected: "any" }));
        const subscription = all(log.subscribe({ after: START }));
        await log.close();
        for (const result of await Promise.all(begun)) expect(result.outcome).toBe("appended");
        await subscription;
        await expect(log.append(stream, [event()], { expected: "any" })).rejects.toBeInstanceOf(
          LogUnavailableError,
        );
        await expect(log.read(stream)).rejects.toBeInstanceOf(LogUnavailableError);
        await expect(log.head()).rejects.toBeInstanceOf(LogUnavailableError);
        await expect(all(log.readAll({ after: START }))).rejects.toBeInstanceOf(LogUnavailableError);
      } finally {
        await dispose();
      }
    });
  });
}
