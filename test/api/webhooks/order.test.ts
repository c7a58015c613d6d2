import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import type { RunningServer } from "../../../src/start/server.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { Receiver } from "../../support/receiver.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/**
 * Entries without end, two instances that come and go, and a receiver that dies, hangs up and refuses: every message
 * arrives, those of a card in their order, and what comes twice is known by its id.
 */

const ENTRIES = process.env["LONG"] === "1" ? 10_000 : 200;
const AT_ONCE = 8;
// Each worker's own: a card that is tapped twice at once would be refused.
const CARDS = AT_ONCE * 6;

let server: TestServer;
let terminal: Terminal;
const receiver = new Receiver();

beforeAll(async () => {
  server = await startTestServer({ settings: { OUTBOUND_ALLOWED: "127.0.0.1", TRUST_PROXY: "1" } });
  ({ terminal } = await simpleProgramme(server.admin, server.url));
  await receiver.start();
});
afterAll(async () => {
  await receiver.stop();
  await server.stop();
});

/** Visits of the cards in turn; those of one card follow one another. */
async function makeEntries(each: (done: number) => Promise<void>): Promise<Set<string>> {
  const made = new Set<string>();
  const cards = Array.from({ length: AT_ONCE }, async (_, worker) => {
    for (let index = worker; index < ENTRIES; index += AT_ONCE) {
      const answer = outcome(await check(terminal, testPan(5_000 + (index % CARDS))));
      await confirm(terminal, answer.accessId);
      made.add(answer.accessId);
      await each(made.size);
    }
  });
  await Promise.all(cards);
  return made;
}

test(`${String(ENTRIES)}EntriesArriveInOrderThroughRestartsOfBothSides`, async () => {
  const made = await server.admin.send("POST", "/api/webhooks", { url: receiver.url });
  receiver.secret = z.looseObject({ secret: z.string() }).parse(made.body).secret;
  let turn = 0;
  receiver.behaviour = (_received, response, request) => {
    turn += 1;
    if (turn % 97 === 0) request.socket.destroy();
    if (turn % 61 !== 0) return "TAKE";
    response.writeHead(500).end();
    return "TOOK";
  };
  const taken = new Set<string>();
  // What it refused with 500 it has not taken.
  const instances: RunningServer[] = [];
  const restarts = [0.2, 0.5, 0.8].map((part) => Math.floor(ENTRIES * part));
  const restart = async (): Promise<void> => {
    await receiver.stop();
    // One instance goes, another comes, and neither is asked whether it is a good moment.
    await instances.pop()?.stop();
    instances.push(await server.another());
    await receiver.start();
  };
  // One after the other, while the other cards go on.
  let restarted = Promise.resolve();
  const entries = await makeEntries(async (done) => {
    if (!restarts.includes(done)) return;
    restarted = restarted.then(restart);
    await restarted;
  });
  await expect
    .poll(() => receiver.first.length, { timeout: 170_000, interval: 100 })
    .toBeGreaterThanOrEqual(entries.size * 2);
  for (const one of instances) await one.stop();

  const granted = new Set<string>();
  const confirmed: string[] = [];
  const lastOfCard = new Map<string, string>();
  for (const { id, type, data, position } of receiver.first) {
    const card = String(data.cardId);
    // By their first arrival, a card's messages came in the order of the log.
    expect(String(position) > (lastOfCard.get(card) ?? "")).toBe(true);
    lastOfCard.set(card, String(position));
    taken.add(id);
    const accessId = String(data["accessId"]);
    if (type === "entry.granted") granted.add(accessId);
    if (type === "entry.confirmed") confirmed.push(accessId);
  }
  expect(granted).toEqual(entries);
  expect(new Set(confirmed)).toEqual(entries);
  expect(confirmed).toHaveLength(entries.size);
  expect(taken.size).toBe(entries.size * 2);
  expect(receiver.refused).toBe(0);
  // And the same message is the same text, however often it came.
  const bodies = new Map<string, string>();
  for (const { message, body } of receiver.received) {
    expect(bodies.get(message.id) ?? body).toBe(body);
    bodies.set(message.id, body);
  }
}, 900_000);
