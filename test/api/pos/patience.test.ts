import { serve, type ServerType } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { createMetrics } from "../../../src/api/metrics.ts";
import { entryLookup } from "../../../src/engine/entry/lookup.ts";
import { posRoutes } from "../../../src/api/pos/routes.ts";
import { DeviceHub } from "../../../src/engine/devices/hub.ts";
import { createServices } from "../../../src/engine/services.ts";
import { type Terminal, terminalOf } from "../../../src/cli/pos/terminal.ts";
import type { EventLog } from "../../../src/eventlog/log.ts";
import { eventually } from "../../eventlog/support.ts";
import { check, outcome, simpleProgramme, testKeys, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** A log that hangs: every terminal has its answer in its own five seconds, and nothing is decided for those who have it. */

let product: TestServer;
let instance: ServerType;
let terminal: Terminal;
let appends = 0;
let hanging = false;
let release: () => void = () => undefined;

/** The log of the product, whose appends can be held back. */
function heldBack(log: EventLog): EventLog {
  const held: EventLog["append"] = async (stream, events, options) => {
    appends += 1;
    if (hanging) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    return await log.append(stream, events, options);
  };
  return {
    append: held,
    read: async (stream, options) => await log.read(stream, options),
    readAll: (options) => log.readAll(options),
    subscribe: (options) => log.subscribe(options),
    head: async () => await log.head(),
    newest: async () => await log.newest(),
    isPosition: (text) => log.isPosition(text),
    close: async () => await log.close(),
  };
}

beforeAll(async () => {
  product = await startTestServer();
  const programme = await simpleProgramme(product.admin, product.url, { totalUsage: { max: 100 } });
  const { services: own, projections } = product.server;
  const services = createServices({ ...own, log: heldBack(own.log) });
  const entries = entryLookup(services, projections);
  const { app } = await createApp({
    services,
    hub: new DeviceHub(services, entries.cardOf),
    routes: posRoutes(services, entries),
    metrics: createMetrics({ read: () => Promise.resolve({}) }),
    trustedProxies: 0,
    servesTls: false,
    version: "test",
    accessLog: 1,
    around: null,
    panel: null,
    marks: { demo: false, testClock: false },
  });
  const port = await new Promise<number>((resolve) => {
    instance = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, (info: AddressInfo) =>
      resolve(info.port),
    );
  });
  const url = `http://127.0.0.1:${String(port)}`;
  terminal = terminalOf(url, programme.terminal.serialNumber, testKeys().privateKey, () => Date.now());
});
afterAll(async () => {
  await new Promise((resolve) => instance.close(resolve));
  await product.stop();
});

test("taps at one card, and visits under one budget, that wait behind a hanging append", async () => {
  expect(outcome(await check(terminal, testPan(99_001))).decision).toBe("GRANTED");
  const before = appends;
  hanging = true;
  // Of another card each: they meet in the budget's stream.
  const waiting = Array.from(
    { length: 12 },
    async (_, index) => await check(terminal, testPan(99_100 + index)),
  );
  const answers = await Promise.all(waiting);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  expect(answers[0]?.body).toMatchObject({ code: "UNAVAILABLE" });
  expect(answers[0]?.headers.get("retry-after")).toBe("1");
  // One append is under way; the eleven behind it were not begun, and are not when it ends.
  expect(appends - before).toBe(1);
  hanging = false;
  release();
  expect(outcome(await check(terminal, testPan(99_002))).decision).toBe("GRANTED");
  await eventually(
    () => appends - before >= 3,
    () => "the new tap's place and grant were not appended",
  );
  // The hanging place, the new tap's place, its grant, and at most the grant of the one whose place came so late.
  expect(appends - before).toBeLessThanOrEqual(4);
});
