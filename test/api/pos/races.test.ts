import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  createTerminal,
  outcome,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const ROUNDS = process.env["LONG"] === "1" ? 200 : 20;
const TERMINALS = 50;

let product: TestServer;
let terminals: Terminal[];
let pans = 10_000;

beforeAll(async () => {
  product = await startTestServer();
  const { locationId, terminal } = await simpleProgramme(product.admin, product.url, {
    cardholder: { free: 1 },
  });
  terminals = [terminal];
  while (terminals.length < TERMINALS)
    terminals.push(await createTerminal(product.admin, product.url, locationId));
});
afterAll(async () => {
  await product.stop();
});

function first(): Terminal {
  const [terminal] = terminals;
  if (terminal === undefined) throw new Error("no terminal");
  return terminal;
}

describe("one visit left, many terminals at once", () => {
  test(`exactlyOneGrantInEachOf ${String(ROUNDS)} rounds of ${String(TERMINALS)}`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const pan = testPan(++pans);
      const answers = await Promise.all(terminals.map((terminal) => check(terminal, pan)));
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
      const decisions = answers.map((answer) => outcome(answer));
      expect(decisions.filter((one) => one.decision === "GRANTED")).toHaveLength(1);
      expect(decisions.filter((one) => one.code === "TEMPORARILY_BLOCKED")).toHaveLength(TERMINALS - 1);
    }
  });
});

test("confirmedTwentyTimesAtOnceAndAgainLaterIsOneEventAndTheSameBytes", async () => {
  const { accessId } = outcome(await check(first(), testPan(++pans)));
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(first(), accessId, 0)));
  const later = await confirm(first(), accessId, 0);
  const bodies = new Set([...answers, later].map((answer) => JSON.stringify(answer.body)));
  expect(bodies.size).toBe(1);
  expect(later.status).toBe(200);
  // Its stream, not the feed: that waits for transactions of whoever else uses the server.
  const { receipt } = z.looseObject({ receipt: z.object({ stream: z.string() }) }).parse(later.body);
  const events = await product.server.services.log.read(receipt.stream);
  expect(events.filter(({ type }) => type === "EntryConfirmed")).toHaveLength(1);
});

test("oneRequestIdWithTwoCardsAtTheSameMomentIsOneAnswerAndOneConflict", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const cards = [testPan(++pans), testPan(++pans)];
    const answers = await Promise.all(cards.map((pan) => check(first(), pan, `both-${String(round)}`)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  }
});

test("oneTapSentManyTimesAtOnceIsOneEntry", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const pan = testPan(++pans);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => check(first(), pan, `same-${String(round)}`)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(outcome(answers[0] ?? { status: 0, headers: new Headers(), body: null }).decision).toBe("GRANTED");
  }
});

test("aCardSeenForTheFirstTimeAtTwoTerminalsAtOnceIsOneCard", async () => {
  const pan = testPan(++pans);
  await Promise.all(terminals.slice(0, 10).map((terminal) => check(terminal, pan)));
  const { rows } = await product.server.services.pool.query<{ cards: number }>(
    "select count(distinct card_id)::int as cards from card_alias where created_at > now() - interval '1 minute' and card_id in (select card_id from request_register order by created_at desc limit 10)",
  );
  expect(rows[0]?.cards).toBe(1);
});
