import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { envelopeOf } from "../../../src/domain/webhook/catalogue.ts";
import { WEBHOOK_TYPES } from "../../../src/domain/webhook/types.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { Receiver } from "../../support/receiver.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { idOf, itemsOf } from "../management/support.ts";

/** What happens is told to real receivers over HTTP, which verify it by the library of the Standard Webhooks. */

let server: TestServer;
let terminal: Terminal;
let pan = 100;
const receivers: Receiver[] = [];
const poll = { timeout: 30_000, interval: 20 };

beforeAll(async () => {
  server = await startTestServer({ settings: { OUTBOUND_ALLOWED: "127.0.0.1" } });
  ({ terminal } = await simpleProgramme(server.admin, server.url));
});
afterAll(async () => {
  await server.stop();
});
afterEach(async () => {
  for (const { id } of itemsOf(await server.admin.send("GET", "/api/webhooks"))) {
    await server.admin.send("DELETE", `/api/webhooks/${String(id)}`);
  }
  for (const one of receivers.splice(0)) await one.stop();
});

const withSecret = z.looseObject({ id: z.string(), secret: z.string().startsWith("whsec_") });

async function subscribed(
  types: readonly string[] | null = null,
): Promise<{ readonly receiver: Receiver; readonly id: string; readonly path: string }> {
  const receiver = new Receiver();
  receivers.push(receiver);
  await receiver.start();
  const made = await server.admin.send("POST", "/api/webhooks", { url: receiver.url, types });
  expect(made.status).toBe(201);
  const { id, secret } = withSecret.parse(made.body);
  receiver.secret = secret;
  return { receiver, id, path: `/api/webhooks/${id}` };
}

/** A visit of a card that nobody else has. */
async function visit(): Promise<{ readonly accessId: string; readonly pan: string }> {
  const number = testPan(++pan);
  const { accessId } = outcome(await check(terminal, number));
  await confirm(terminal, accessId);
  return { accessId, pan: number };
}

async function standing(path: string): Promise<Record<string, unknown>> {
  const { body } = await server.admin.send("GET", path);
  return z.looseObject({ standing: z.record(z.string(), z.unknown()) }).parse(body).standing;
}

describe("aReceiver", () => {
  test("isToldWhatHappensSignedAndInOrder", async () => {
    const { receiver, path } = await subscribed();
    const { accessId } = await visit();
    await expect.poll(() => receiver.messages.length, poll).toBe(2);
    const [granted, confirmed] = receiver.messages;
    expect(granted).toMatchObject({ type: "entry.granted", version: 1, data: { accessId } });
    expect(confirmed).toMatchObject({
      type: "entry.confirmed",
      data: { accessId, terminal: terminal.serialNumber, location: { country: "POL" } },
    });
    expect(receiver.received[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": granted?.id,
    });
    expect(granted?.position != null && confirmed?.position != null).toBe(true);
    expect(String(granted?.position) < String(confirmed?.position)).toBe(true);
    await expect.poll(async () => await standing(path), poll).toMatchObject({ waiting: 0, dead: 0 });
  });

  test("isToldOnlyWhatItWants", async () => {
    const { receiver } = await subscribed(["entry.confirmed"]);
    await visit();
    await visit();
    await expect
      .poll(() => receiver.messages.map(({ type }) => type), poll)
      .toEqual(["entry.confirmed", "entry.confirmed"]);
  });

  test("getsEveryMessageInTheShapeThatIsPublished", async () => {
    const { receiver } = await subscribed();
    const { accessId } = await visit();
    await server.admin.request("POST", `/api/operations/${accessId}/reversal`, { reason: "by mistake" });
    const number = testPan(++pan);
    const other = outcome(await check(terminal, number));
    expect(outcome(await check(terminal, number)).code).toBe("TEMPORARILY_BLOCKED");
    await terminal.client.request("POST", "/pos/cancel_entry", { accessId: other.accessId });
    await expect.poll(() => receiver.messages.length, poll).toBe(6);
    for (const { message } of receiver.received) {
      const type = WEBHOOK_TYPES.find((one) => one === message.type);
      expect(type).toBeDefined();
      if (type !== undefined) expect(() => envelopeOf(type).parse(message)).not.toThrow();
    }
    expect(receiver.messages.map(({ type }) => type).toSorted()).toEqual([
      "entry.cancelled",
      "entry.confirmed",
      "entry.granted",
      "entry.granted",
      "entry.rejected",
      "entry.reversed",
    ]);
  });

  test("thatRefusesIsTriedAgainAndTheNextOfTheCardWaits", async () => {
    const { receiver, path } = await subscribed();
    let refusals = 1;
    receiver.behaviour = (_received, response) => {
      if (refusals-- <= 0) return "TAKE";
      response.writeHead(503).end("not now, 5555555555554444");
      return "TOOK";
    };
    await visit();
    await expect
      .poll(() => receiver.messages.map(({ type }) => type), poll)
      .toEqual(["entry.granted", "entry.granted", "entry.confirmed"]);
    expect(new Set(receiver.messages.map(({ id }) => id)).size).toBe(2);
    const [, granted] = itemsOf(await server.admin.send("GET", `${path}/deliveries`));
    await expect
      .poll(async () => itemsOf(await server.admin.send("GET", `${path}/deliveries`))[1], poll)
      .toMatchObject({ state: "DELIVERED" });
    expect(granted).toMatchObject({
      type: "entry.granted",
      attempts: 2,
      log: [{ status: 503, answer: "not now, [card number]" }, { status: 204 }],
    });
  });

  test("thatDropsTheConnectionAfterItTookItIsToldAgainByTheSameId", async () => {
    const { receiver } = await subscribed(["entry.granted"]);
    let drops = 1;
    receiver.behaviour = (_received, _response, request) => {
      if (drops-- > 0) request.socket.destroy();
      return "TAKE";
    };
    await visit();
    await expect.poll(() => receiver.messages.length, poll).toBe(2);
    expect(receiver.first).toHaveLength(1);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });

  test("thatIsGoneIsDisabledAndToldByAReplayWhatItMissed", async () => {
    const { receiver, path } = await subscribed(["entry.granted"]);
    receiver.behaviour = (_received, response) => {
      response.writeHead(410).end();
      return "TOOK";
    };
    await visit();
    await expect
      .poll(async () => (await server.admin.send("GET", path)).body, poll)
      .toMatchObject({ enabled: false, disabledReason: "It answered 410: it is gone." });
    await expect
      .poll(async () => (await standing(path))["disabledPosition"], poll)
      .toEqual(expect.any(String));
    const from = (await standing(path))["disabledPosition"];
    await visit();
    receiver.behaviour = () => "TAKE";
    expect((await server.admin.send("POST", `${path}/enable`)).status).toBe(200);
    await expect.poll(() => receiver.first.length, poll).toBe(1);
    expect((await server.admin.send("POST", `${path}/replay`, { from })).status).toBe(202);
    await expect.poll(() => receiver.first.length, poll).toBe(2);
  });

  test("isToldAgainFromAPositionWithTheSameIds", async () => {
    const { receiver, path } = await subscribed();
    await visit();
    await visit();
    await expect.poll(() => receiver.messages.length, poll).toBe(4);
    const before = receiver.messages.map(({ id }) => id).toSorted();
    const from = receiver.messages.map(({ position }) => String(position)).toSorted()[0];
    await expect.poll(async () => await standing(path), poll).toMatchObject({ waiting: 0 });
    await server.admin.send("POST", `${path}/replay`, { from });
    await expect.poll(() => receiver.messages.length, poll).toBe(7);
    expect(new Set(receiver.messages.map(({ id }) => id))).toEqual(new Set(before));
    await expect.poll(async () => await standing(path), poll).toMatchObject({ waiting: 0, replaying: null });
  });

  test("getsOneMessageAgainAndATry", async () => {
    const { receiver, path } = await subscribed(["entry.granted"]);
    await visit();
    await expect
      .poll(async () => itemsOf(await server.admin.send("GET", `${path}/deliveries?state=DELIVERED`)), poll)
      .toHaveLength(1);
    const [delivery] = itemsOf(await server.admin.send("GET", `${path}/deliveries`));
    await server.admin.send("POST", `${path}/deliveries/${String(delivery?.["id"])}/resend`);
    await expect.poll(() => receiver.messages.length, poll).toBe(2);
    expect(receiver.first).toHaveLength(1);
    const tried = await server.admin.send("POST", `${path}/test`);
    await expect
      .poll(() => receiver.messages.at(-1), poll)
      .toMatchObject({
        id: idOf(tried),
        type: "webhook.test",
        position: null,
      });
  });

  test("verifiesByEitherSecretWhileTheyAreChanged", async () => {
    const { receiver, path } = await subscribed(["entry.granted"]);
    const old = receiver.secret;
    const rotated = withSecret.parse((await server.admin.send("POST", `${path}/rotate-secret`)).body);
    expect(rotated.secret).not.toBe(old);
    await visit();
    await expect.poll(() => receiver.messages.length, poll).toBe(1);
    receiver.secret = rotated.secret;
    await visit();
    await expect.poll(() => receiver.messages.length, poll).toBe(2);
    expect(receiver.refused).toBe(0);
    expect(receiver.received[1]?.headers["webhook-signature"]).toMatch(/^v1,\S{44} v1,\S{44}$/);
  });

  test("isSentNoCardNumberAndNoMask", async () => {
    const { receiver } = await subscribed();
    const { pan: number } = await visit();
    await expect.poll(() => receiver.messages.length, poll).toBe(2);
    const capture = JSON.stringify(receiver.received);
    expect(capture).not.toContain(number);
    expect(capture).not.toContain(number.slice(0, 6));
  });
});
