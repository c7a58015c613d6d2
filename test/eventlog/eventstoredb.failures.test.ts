import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogUnavailableError, START } from "../../src/eventlog/log.ts";
import type { EventStoreLog, EventStoreLogOptions } from "../../src/eventlog/eventstoredb/log.ts";
import { openEventStoreLog } from "../../src/eventlog/eventstoredb/open.ts";
import { Double } from "./double/double.ts";
import { sent } from "./double/reading.ts";
import type { ProposedEvent } from "./double/store.ts";
import { all, collect, event, events, eventually, faults, stored, take } from "./support.ts";

let node: Double;
const opened: EventStoreLog[] = [];

beforeEach(async () => {
  node = new Double();
  await node.start();
});
afterEach(async () => {
  node.trouble = "none";
  await Promise.all(opened.splice(0).map((log) => log.close()));
  node.kill();
});

async function open(options: EventStoreLogOptions = {}, url = node.url): Promise<EventStoreLog> {
  const log = await openEventStoreLog(url, options);
  opened.push(log);
  return log;
}

describe("a server in trouble", () => {
  it("aServerThatIsNotThereIsUnavailable: and the same log goes on when it is back", async () => {
    const log = await open({ retryMs: 100 });
    await log.append("gone-1", [event()], { expected: "noStream" });
    node.kill();
    await expect(log.append("gone-1", [event()], { expected: 0 })).rejects.toBeInstanceOf(
      LogUnavailableError,
    );
    await expect(log.read("gone-1")).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(log.head()).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(all(log.readAll({ after: START }))).rejects.toBeInstanceOf(LogUnavailableError);
    await node.start();
    await eventually(
      () =>
        log.read("gone-1").then(
          (read) => read.length === 1,
          () => false,
        ),
      () => "the log does not come back",
    );
    expect(await log.append("gone-1", [event()], { expected: 0 })).toMatchObject({ firstRevision: 1 });
  });

  it("aSilentServerIsNoticed: within the deadline, by appends, reads and feeds", async () => {
    const log = await open({ deadlineMs: 400, retryMs: 0 });
    await log.append("silent-1", [event()], { expected: "noStream" });
    node.trouble = "silent";
    const asks = [
      () => log.append("silent-1", [event()], { expected: 0 }),
      () => log.read("silent-1"),
      () => log.head(),
      () => all(log.readAll({ after: START })),
    ];
    for (const ask of asks) {
      await expect(ask()).rejects.toBeInstanceOf(LogUnavailableError);
    }
  });

  it("aLogWhoseServerSaysNothingCanBeClosed: its calls are left behind", async () => {
    const log = await open({ deadlineMs: 200, retryMs: 0 });
    await log.append("closing-1", [event()], { expected: "noStream" });
    node.trouble = "silent";
    await expect(log.read("closing-1")).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(log.append("closing-1", [event()], { expected: 0 })).rejects.toThrow();
    const ended = log.close().then(() => "closed");
    expect(await ended).toBe("closed");
  });

  it("anAnswerThatIsLostIsAskedForAgain: what was stored is stored once", async () => {
    const log = await open();
    await log.append("lost-1", events(2), { expected: "noStream" });
    const batch = events(2);
    node.trouble = "cutsAfterAppend";
    const appending = log.append("lost-1", batch, { expected: 1 });
    await eventually(
      () => node.store.stream("lost-1")?.length === 4,
      () => "nothing was stored",
    );
    node.trouble = "none";
    await node.start();
    expect(await appending).toMatchObject({ outcome: "appended", firstRevision: 2, lastRevision: 3 });
    expect((await log.read("lost-1")).slice(2).map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
  });

  it("aRepeatAfterTheDeadlineIsRecognised: by an instance that never heard of the first", async () => {
    const log = await open({ deadlineMs: 300, retryMs: 0 });
    await log.append("late-1", [event()], { expected: "noStream" });
    const batch = events(1);
    node.trouble = "cutsAfterAppend";
    await expect(log.append("late-1", batch, { expected: 0 })).rejects.toBeInstanceOf(LogUnavailableError);
    node.trouble = "none";
    await node.start();
    const another = await open();
    await another.append("late-1", [event()], { expected: 1 });
    expect(await another.append("late-1", batch, { expected: 2 })).toMatchObject({
      outcome: "repeated",
      firstRevision: 1,
    });
    expect(await another.read("late-1")).toHaveLength(3);
  });

  it("aStoppingServerIsWaitedFor: a while", async () => {
    const log = await open();
    node.trouble = "shuttingDown";
    const appending = log.append("stop-1", [event()], { expected: "noStream" });
    setTimeout(() => {
      node.trouble = "none";
    }, 200);
    expect(await appending).toMatchObject({ outcome: "appended" });
    expect(log.gauges()["retries"]).toBeGreaterThan(0);
  });

  it("subscriptionsOutliveTheServer: nothing missed, nothing doubled", async () => {
    const log = await open();
    const subscription = collect(log, { after: START, prefixes: ["out-"] });
    const ids: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      for (let n = 0; n < 20; n += 1) {
        const batch = events(1 + (n % 3));
        stored(await log.append(`out-${String(n % 4)}`, batch, { expected: "any" }));
        ids.push(...batch.map(({ id }) => id));
        if (n === 10) {
          node.kill();
          await node.start();
        }
      }
    }
    await eventually(
      () => subscription.found.length >= ids.length,
      () => `${String(subscription.found.length)} of ${String(ids.length)} delivered`,
    );
    await subscription.stop();
    expect(faults(subscription.found, ids)).toEqual([]);
    expect(subscription.found).toHaveLength(ids.length);
    expect(log.gauges()["resubscribed"]).toBeGreaterThan(0);
  });

  it("aSubscriptionCutBetweenTwoPartsGoesOnBehindTheLastOneTaken", async () => {
    const log = await open();
    // More than what may be on its way already when the node dies.
    const count = 4_000;
    for (let first = 0; first < count; first += 500) {
      const expected = first === 0 ? "noStream" : first - 1;
      stored(await log.append("parts-1", events(500), { expected }));
    }
    const revisions: number[] = [];
    const signal = AbortSignal.timeout(60_000);
    for await (const part of log.subscribe({ after: START, prefixes: ["parts-"], batchSize: 500, signal })) {
      if (revisions.length === 0) expect(log.gauges()["resubscribed"]).toBe(0);
      revisions.push(...part.map(({ revision }) => revision));
      if (revisions.length >= count) break;
      if (revisions.length > part.length) continue;
      node.kill();
      await node.start();
    }
    expect(revisions).toEqual(Array.from({ length: count }, (_, revision) => revision));
    expect(log.gauges()["resubscribed"]).toBeGreaterThan(0);
  });

  it("theTimeInTheQueueCounts: of many appends to one stream only the first is sent to a server that is silent", async () => {
    const log = await open({ deadlineMs: 300, retryMs: 0 });
    expect(await log.append("turn-1", [event()], { expected: "noStream" })).toMatchObject({
      outcome: "appended",
    });
    node.trouble = "silent";
    const before = node.appendCalls;
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => log.append("turn-1", [event()], { expected: 0 })),
    );
    const reasons = results.map((one) => (one.status === "rejected" ? String(one.reason) : "appended"));
    expect(reasons.filter((reason) => reason.startsWith("LogUnavailableError"))).toHaveLength(6);
    // The second may have the last of its time left when the first has none.
    expect(node.appendCalls - before).toBeLessThanOrEqual(2);
    const gaveUp = reasons.filter((reason) => reason.includes("before this one took too long"));
    expect(gaveUp.length).toBeGreaterThanOrEqual(4);
    node.trouble = "none";
    // What was given up on its way to the server may arrive even now, and stand there.
    expect(await log.append("turn-1", [event()], { expected: "any" })).toMatchObject({ outcome: "appended" });
  });

  it("whatWasAnsweredWaitsNoLonger: one after the other there may be any number", async () => {
    const log = await open({ maxQueue: 3 });
    for (let index = 0; index < 8; index += 1) {
      expect(await log.append("one-1", [event()], { expected: "any" })).toMatchObject({
        firstRevision: index,
      });
    }
    for (let index = 0; index < 4; index += 1) {
      expect(await log.append("one-1", [event()], { expected: 0 })).toEqual({
        outcome: "conflict",
        actual: 7,
      });
    }
  });

  it("tooManyWaitingAreBusy", async () => {
    const log = await open({ maxQueue: 5, deadlineMs: 300, retryMs: 0 });
    node.trouble = "silent";
    const appends = Array.from({ length: 8 }, (_, n) =>
      log.append(`busy-${String(n)}`, [event()], { expected: "noStream" }),
    );
    const results = await Promise.allSettled(appends);
    const reasons = results.map((one) => (one.status === "rejected" ? String(one.reason) : ""));
    expect(reasons.filter((reason) => reason.startsWith("LogBusyError"))).toHaveLength(3);
    expect(reasons.filter((reason) => reason.startsWith("LogUnavailableError"))).toHaveLength(5);
  });
});

describe("a cluster", () => {
  it("aFollowerNamesTheLeader: the append follows", async () => {
    const leader = new Double(node.store);
    await leader.start();
    try {
      node.leader = leader;
      const log = await open();
      expect(await log.append("led-1", [event()], { expected: "noStream" })).toMatchObject({
        firstRevision: 0,
      });
      expect(await log.read("led-1")).toHaveLength(1);
    } finally {
      leader.kill();
    }
  });

  it("aNewLeaderIsFound: appends and subscriptions go on when the old one dies", async () => {
    const [second, third] = [new Double(node.store), new Double(node.store)];
    const nodes = [node, second, third];
    for (const one of [second, third]) {
      one.leader = node;
      await one.start();
    }
    for (const one of nodes) one.members = nodes;
    const hosts = nodes.map(({ port }) => `127.0.0.1:${String(port)}`).join(",");
    try {
      const log = await open({ retryMs: 4_000 }, `esdb://${hosts}?tls=false`);
      const subscription = collect(log, { after: START, prefixes: ["elected-"] });
      await log.append("elected-1", events(3), { expected: "noStream" });
      node.kill();
      second.leader = null;
      third.leader = second;
      node.leader = second;
      expect(await log.append("elected-1", events(2), { expected: 2 })).toMatchObject({ firstRevision: 3 });
      await eventually(
        () => subscription.found.length >= 5,
        () => `${String(subscription.found.length)} of 5`,
      );
      await subscription.stop();
      expect(subscription.found.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    } finally {
      second.kill();
      third.kill();
    }
  });
});

function foreign(type: string): ProposedEvent {
  const id = crypto.randomUUID();
  return {
    id,
    metadata: new Map([["type", type]]),
    customMetadata: new Uint8Array(),
    data: Buffer.from("?"),
  };
}

describe("a server that others use as well", () => {
  it("aPrefixIsALogOfItsOwn", async () => {
    const [one, two, bare] = await Promise.all([
      openEventStoreLog(node.url, { prefix: "one." }),
      openEventStoreLog(node.url, { prefix: "two." }),
      open(),
    ]);
    opened.push(one, two);
    await one.append("card-1", events(2), { expected: "noStream" });
    await two.append("card-1", events(3), { expected: "noStream" });
    expect((await one.read("card-1")).map(({ stream }) => stream)).toEqual(["card-1", "card-1"]);
    expect(await all(two.readAll({ after: START }))).toHaveLength(3);
    expect(await take(one, 2, { after: START, prefixes: ["card-"] })).toHaveLength(2);
    expect(await one.head()).not.toBe(await two.head());
    expect(new Set((await all(bare.readAll({ after: START }))).map(({ stream }) => stream))).toEqual(
      new Set(["one.card-1", "two.card-1"]),
    );
  });

  it("aPrefixThatBeginsLikeAnotherIsNotIt: nor is a stream without any", async () => {
    const kinds = ["card-", "user-"];
    const opening = ["p", "pq", ""].map((prefix) => openEventStoreLog(node.url, { prefix, kinds }));
    const logs = await Promise.all(opening);
    opened.push(...logs);
    for (const [index, log] of logs.entries()) {
      await log.append("card-1", events(index + 1), { expected: "noStream" });
    }
    node.store.append("order-7", [foreign("Order")], "any");
    for (const [index, log] of logs.entries()) {
      const wanted = Array.from({ length: index + 1 }, () => "card-1");
      expect((await all(log.readAll({ after: START }))).map(({ stream }) => stream)).toEqual(wanted);
      expect((await take(log, index + 1, { after: START })).map(({ stream }) => stream)).toEqual(wanted);
      expect(await log.head()).toBe((await log.read("card-1")).at(-1)?.position);
    }
  });

  it("whatOthersWriteIsLookedAtOnce: by who asks for the head again and again", async () => {
    const log = await openEventStoreLog(node.url, { prefix: "mine.", kinds: ["card-"] });
    opened.push(log);
    await log.append("card-1", [event()], { expected: "noStream" });
    const head = await log.head();
    for (let index = 0; index < 3_000; index += 1) node.store.append("theirs", [foreign("Theirs")], "any");
    expect(await log.head()).toBe(head);
    const before = sent.messages;
    for (let asked = 0; asked < 10; asked += 1) expect(await log.head()).toBe(head);
    // A first look is at 16 rows, the newest of which is known.
    expect(sent.messages - before).toBeLessThanOrEqual(10 * 17);
    await log.append("card-1", [event()], { expected: 0 });
    expect((await log.head()) > head).toBe(true);
  });

  it("whatAnotherProgramWroteIsHandedOn: decoding it tells what it is", async () => {
    const log = await open();
    node.store.append("card-9", [foreign("Strange")], "any");
    expect(await log.read("card-9")).toMatchObject([{ type: "Strange", hash: "", body: "?" }]);
  });
});
