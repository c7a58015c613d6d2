import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "../../src/database/pool.ts";
import { InvalidEventError, LogUnavailableError, type RecordedEvent, START } from "../../src/eventlog/log.ts";
import { appendInOrder } from "../../src/eventlog/postgres/orderedAppend.ts";
import { openTestLog, type TestLog } from "./postgresSupport.ts";
import { all, event, reached } from "./support.ts";

const DEADLINE_MS = 20_000;

let log: TestLog;
beforeAll(async () => {
  log = await openTestLog();
});
afterAll(async () => {
  await log.dispose();
});

/** An event as another log delivered it. */
function carried(stream: string, revision: number): RecordedEvent {
  return { ...event(), stream, revision, position: START };
}

test("eventsOfManyStreamsStandInTheOrderGiven; again they are repeated, and in the way of others a conflict", async () => {
  const events = [
    carried("carried-b", 0),
    carried("carried-a", 0),
    carried("carried-b", 1),
    carried("carried-c", 0),
    carried("carried-a", 1),
  ];
  expect(await appendInOrder(log.pool, events, DEADLINE_MS)).toEqual([]);
  const shown = (one: RecordedEvent) => [one.stream, one.revision, one.id, one.body];
  const found = async () => {
    await reached(log.log, await log.log.newest());
    return (await all(log.log.readAll({ after: START, prefixes: ["carried-"] }))).map(shown);
  };
  expect(await found()).toEqual(events.map(shown));

  const [first] = events;
  if (first === undefined) throw new Error("there are five");
  expect(await appendInOrder(log.pool, [first, carried("carried-c", 1)], DEADLINE_MS)).toEqual([
    { index: 0, outcome: "repeated", revision: 0 },
  ]);
  const outOfPlace = [carried("carried-a", 1), carried("carried-d", 0), carried("carried-b", 7)];
  expect(await appendInOrder(log.pool, outOfPlace, DEADLINE_MS)).toEqual([
    { index: 0, outcome: "conflict", revision: 1 },
    { index: 2, outcome: "conflict", revision: 1 },
  ]);
});

test("theSameIdTwiceInOneStreamIsRefused, and nothing is stored", async () => {
  const one = carried("twice-a", 0);
  const events = [one, { ...one, revision: 1 }];
  await expect(appendInOrder(log.pool, events, DEADLINE_MS)).rejects.toBeInstanceOf(InvalidEventError);
  expect(await log.log.read("twice-a")).toEqual([]);
  const elsewhere = [one, { ...one, stream: "twice-b" }];
  expect(await appendInOrder(log.pool, elsewhere, DEADLINE_MS)).toEqual([]);
});

test("aServerThatIsAwayIsUnavailable", async () => {
  const nobody = createPool("postgres://127.0.0.1:1/none");
  await expect(appendInOrder(nobody, [carried("away", 0)], DEADLINE_MS)).rejects.toBeInstanceOf(
    LogUnavailableError,
  );
  await nobody.end();
});
