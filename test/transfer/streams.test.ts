import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encode } from "../../src/eventlog/codec.ts";
import {
  type Batch,
  type FeedOptions,
  type Position,
  type RecordedEvent,
  START,
} from "../../src/eventlog/log.ts";
import { MemoryEventLog } from "../../src/eventlog/memory.ts";
import { ahead, ChainKeeper, hashIn } from "../../src/transfer/chain.ts";
import { compareLogs, copyLog } from "../../src/transfer/copyLog.ts";
import { Missing } from "../../src/transfer/missing.ts";
import { logSink } from "../../src/transfer/sink.ts";
import { Random } from "../support/domain/random.ts";

const meta = {
  occurredAt: "2026-11-21T14:00:00.000Z",
  recordedAt: "2026-11-21T14:00:00.000Z",
  actor: { kind: "system", id: "test" },
  correlationId: "",
  causationId: "",
} as const;

/** Events of some streams, as they would stand in a feed. */
function traffic(count: number, streams: number, seed: number): RecordedEvent[] {
  const random = new Random(seed);
  const heads = new Map<string, { revision: number; hash: string }>();
  return Array.from({ length: count }, (_, index) => {
    const stream = `s-${String(random.between(0, streams - 1))}`;
    const before = heads.get(stream);
    const revision = (before?.revision ?? -1) + 1;
    const prevHash = before?.hash ?? null;
    const event = encode({
      ...meta,
      id: randomUUID(),
      type: "T",
      version: 1,
      stream,
      revision,
      prevHash,
      data: { index },
    });
    heads.set(stream, { revision, hash: event.hash });
    return { ...event, stream, revision, position: String(index).padStart(9, "0") };
  });
}

async function* inBatches(events: Batch, size: number): AsyncGenerator<Batch, void, undefined> {
  for (let from = 0; from < events.length; from += size) {
    yield await Promise.resolve(events.slice(from, from + size));
  }
}

async function missing(source: Batch, target: Batch, sizes: readonly [number, number]) {
  const both = new Missing(inBatches(source, sizes[0]), inBatches(target, sizes[1]), { targetName: "it" });
  const rest: RecordedEvent[] = [];
  for await (const batch of both.batches()) rest.push(...batch);
  return { rest, both };
}

describe("what the target lacks", () => {
  test("isTheRestOfTheSourceInItsOrder", async () => {
    const source = traffic(2_000, 40, 1);
    for (const [there, sizes] of [
      [0, [500, 500]],
      [1, [7, 500]],
      [777, [500, 13]],
      [1_999, [64, 64]],
      [2_000, [500, 1]],
    ] as const) {
      const { rest, both } = await missing(source, source.slice(0, there), sizes);
      expect(rest).toEqual(source.slice(there));
      expect(both.standing).toBe(there);
      expect(both.met.source).toBe(there === 0 ? "" : source[there - 1]?.position);
    }
  });

  test("isFoundAlsoWhereStreamsPassedEachOther", async () => {
    const source = traffic(2_000, 40, 2);
    // As many appends in flight would leave it.
    const target = source.slice(0, 1_500).toSorted((a, b) => near(a) - near(b));
    const gaps = new Set([900, 950, 1_200]);
    const { rest } = await missing(
      source,
      target.filter((_, index) => !gaps.has(index)),
      [500, 500],
    );
    const lacking = new Set([...gaps].map((index) => target[index]?.id));
    expect(rest).toEqual(source.filter((event, index) => index >= 1_500 || lacking.has(event.id)));
  });

  test("isNotToldBeforeAForeignEventWasLookedFor", async () => {
    const source = traffic(3_000, 40, 3);
    const [foreign] = traffic(1, 1, 4);
    if (foreign === undefined) throw new Error("one is wanted");
    const target = [...source.slice(0, 10), { ...foreign, stream: "elsewhere" }];
    await expect(missing(source, target, [100, 100])).rejects.toThrow(
      "it is not empty, and what it holds is not from here: elsewhere at revision 0 is unknown to the source.",
    );
  });
});

function near({ position, stream }: RecordedEvent): number {
  return Number(position) + (stream.length % 3) * 20;
}

describe("chains", () => {
  test("areVerifiedAlsoWhenMostStreamsAreForgotten", async () => {
    const events = traffic(1_500, 100, 5);
    const log = new MemoryEventLog();
    await logSink(log, 1)(events);
    const keeper = new ChainKeeper(hashIn(log), 3);
    for await (const batch of log.readAll({ after: "" })) await keeper.check(batch);
    expect([keeper.events, keeper.streams]).toEqual([1_500, 100]);

    const gone = events.findIndex(({ revision }) => revision === 4);
    const { stream = "" } = events[gone] ?? {};
    const without = new ChainKeeper(async () => Promise.resolve(null));
    const walk = async (): Promise<void> => {
      for await (const batch of inBatches(events.toSpliced(gone, 1), 50)) await without.check(batch);
    };
    await expect(walk()).rejects.toThrow(`Altered: ${stream} at revision 4`);
  });
});

describe("a copy", () => {
  test.each([1, 16])("with %i in flight is level, and stays so when it is repeated", async (inFlight) => {
    const [source, target] = [new MemoryEventLog(), new MemoryEventLog()];
    const events = traffic(1_200, 30, 6);
    await logSink(source, 1)(events.slice(0, 700));
    const options = {
      source: { log: source, name: "one" },
      target: { log: target, name: "other" },
      sink: logSink(target, inFlight),
      progress: () => undefined,
    };
    expect(await copyLog(options)).toMatchObject({ copied: 700, standing: 0 });
    await logSink(source, 1)(events.slice(700));
    await expect(compareLogs(options.source, options.target)).rejects.toThrow("Copy again.");
    const second = await copyLog(options);
    expect(second).toMatchObject({ copied: 500, standing: 700 });
    expect(await copyLog({ ...options, from: second.met })).toMatchObject({ copied: 0 });
    expect(await compareLogs(options.source, options.target)).toBe(1_200);
  });

  test("waitsForWhatTheTargetsFeedHoldsBack", async () => {
    let looks = 0;
    class Withholding extends MemoryEventLog {
      override async head(): Promise<Position> {
        looks += 1;
        return looks > 3 ? await super.head() : START;
      }
      override async *readAll(options: FeedOptions): AsyncGenerator<Batch, void, undefined> {
        if (looks > 3) yield* super.readAll(options);
      }
    }
    const [source, target] = [new MemoryEventLog(), new Withholding()];
    await logSink(source, 1)(traffic(100, 5, 6));
    const options = {
      source: { log: source, name: "one" },
      target: { log: target, name: "other" },
      sink: logSink(target, 1),
      progress: () => undefined,
    };
    expect(await copyLog(options)).toMatchObject({ copied: 100 });
    expect(looks).toBe(4);
  });

  test("stopsAtTheFirstFailureOfItsSource", async () => {
    async function* failing(): AsyncGenerator<number, void, undefined> {
      yield await Promise.resolve(1);
      throw new Error("gone");
    }
    const seen: number[] = [];
    const walk = async (): Promise<void> => {
      for await (const one of ahead(failing())) seen.push(one);
    };
    await expect(walk()).rejects.toThrow("gone");
    expect(seen).toEqual([1]);
  });
});
