import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LogUnavailableError, START } from "../../src/eventlog/log.ts";
import type { Adapter, Subject } from "./subject.ts";
import { all, appendAndReach, collect, event, events, eventually, faults, take } from "./support.ts";

/** What `readAll`, `subscribe`, `head` and `close` promise. */
export function feedPromises(subject: () => Subject, adapter: Adapter): void {
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
      const asked = performance.now();
      waiting.abort();
      expect(await idle).toEqual([]);
      expect(performance.now() - asked).toBeLessThan(500);

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
