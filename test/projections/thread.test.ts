import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createPool } from "../../src/database/pool.ts";
import type { Position } from "../../src/eventlog/log.ts";
import type { Carrier, Order } from "../../src/projections/carrier.ts";
import { Progress } from "../../src/projections/progress.ts";
import { serveCarrier, ThreadCarrier } from "../../src/projections/thread.ts";
import { eventually } from "../eventlog/support.ts";
import { tally } from "./support.ts";

/** A thread that does what a carrier's does, without a database: it passes a position when someone waits. */
const PROGRAM = `
  const { parentPort } = require("node:worker_threads");
  const tell = (step) => parentPort.postMessage(step);
  tell({ kind: "leading", leading: true });
  parentPort.on("message", (order) => {
    if (order.kind === "awaited" && order.waiting > 0) tell({ kind: "passed", name: "tally", position: "5" });
    if (order.kind === "retry" && order.name === "die") throw new Error("a bug in the thread");
    if (order.kind === "retry") tell({ kind: "mended", name: order.name });
    if (order.kind === "stop") parentPort.close();
  });
`;

function carrierOf(): { readonly progress: Progress; readonly carrier: ThreadCarrier; starts: () => number } {
  let starts = 0;
  // Asked only by an instance that does not lead; nobody is there.
  const progress = new Progress(createPool("postgres://127.0.0.1:1/none"), [tally]);
  const open = (): Worker => {
    starts += 1;
    return new Worker(PROGRAM, { eval: true });
  };
  const carrier = new ThreadCarrier(open, progress, pino({ level: "silent" }));
  return { progress, carrier, starts: () => starts };
}

async function leading(): Promise<ReturnType<typeof carrierOf>> {
  const made = carrierOf();
  made.carrier.start();
  await eventually(
    () => made.progress.leads,
    () => "it never led",
  );
  return made;
}

async function reached(progress: Progress, carrier: ThreadCarrier, position: Position): Promise<boolean> {
  const waiting = progress.reached(position, 2_000);
  carrier.awaited(progress.waiting);
  return await waiting;
}

/** For as long as it takes until one that died later is started again: what died before has had its time. */
async function oneIsStartedAgain(): Promise<void> {
  const { carrier, starts } = await leading();
  carrier.retry("die");
  await eventually(
    () => starts() === 2,
    () => "it was not started again",
  );
  await carrier.stop();
}

test("theThreadHearsWhoWaits_AndIsStartedAgainWhenItDies", async () => {
  const { progress, carrier, starts } = await leading();
  expect(await reached(progress, carrier, "5")).toBe(true);
  progress.failed("tally", "stopped");
  carrier.retry("tally");
  await eventually(
    () => progress.errorOf("tally") === null,
    () => "not mended",
  );
  carrier.retry("die");
  await eventually(
    () => !progress.leads,
    () => "a dead thread leads",
  );
  await eventually(
    () => progress.leads,
    () => "it was not started again",
  );
  expect(starts()).toBe(2);
  await carrier.stop();
  await oneIsStartedAgain();
  expect(starts()).toBe(2);
});

test("aThreadThatIsStoppedWhileItIsDownStaysSo", async () => {
  const { progress, carrier, starts } = await leading();
  carrier.retry("die");
  await eventually(
    () => !progress.leads,
    () => "a dead thread leads",
  );
  await carrier.stop();
  await oneIsStartedAgain();
  expect(starts()).toBe(1);
});

test("theThreadsSideTellsEachStepAndItsGauges_DoesWhatItIsTold_AndEndsWhenItIsToldTo", async () => {
  const { port1: here, port2: there } = new MessageChannel();
  const progress = new Progress(createPool("postgres://127.0.0.1:1/none"), [tally]);
  const calls: string[] = [];
  const carrier: Carrier = {
    start: () => calls.push("start"),
    stop: async () => {
      calls.push("stop");
    },
    retry: (name) => calls.push(`retry ${name}`),
    awaited: (waiting) => calls.push(`awaited ${String(waiting)} ${String(progress.awaited)}`),
    gauges: () => ({}),
  };
  const told: unknown[] = [];
  here.on("message", (step) => told.push(step));
  const closed = once(here, "close");
  const served = serveCarrier(there, progress, carrier, () => ({ held: 3 }));
  progress.passed("tally", "7");
  await eventually(
    () => told.length >= 2,
    () => "no gauges came",
  );
  expect(told.slice(0, 2)).toEqual([
    { kind: "passed", name: "tally", position: "7" },
    { kind: "gauges", gauges: { held: 3 } },
  ]);
  for (const order of [
    { kind: "retry", name: "tally" },
    { kind: "awaited", waiting: 2 },
    { kind: "awaited", waiting: 0 },
    { kind: "stop" },
  ] satisfies Order[]) {
    here.postMessage(order);
  }
  await served;
  await closed;
  expect(calls).toEqual(["start", "retry tally", "awaited 2 true", "awaited 0 false", "stop"]);
});
