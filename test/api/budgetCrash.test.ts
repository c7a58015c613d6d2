import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { TerminalAuthenticator } from "../../src/engine/terminals/authenticate.ts";
import { checkEntry } from "../../src/engine/entry/check.ts";
import { confirmEntry } from "../../src/engine/entry/confirm.ts";
import { createServices } from "../../src/engine/services.ts";
import { Sweeper } from "../../src/engine/sweeper.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { cardStream } from "../../src/domain/card/events.ts";
import { quotaStream } from "../../src/domain/quota/events.ts";
import { Crash, CrashingLog } from "../support/crashingLog.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/**
 * A budgeted visit is four writes: the place reserved, the grant, the confirmation, the place
 * committed. The process dies before and after each of them; whatever happens then, the budget is
 * never exceeded, and in the end nothing but the visits that took place is missing from it.
 */
const BUDGET = 2;
const WRITES = 4;

let product: TestServer;
let pans = 20_000;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
});
afterAll(async () => {
  await product.stop();
});

async function advance(duration: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: duration });
}

/** Sweeps until nothing is left over, each time with the read models as far as these streams are. */
async function settle(rulesetId: string, pan: string): Promise<void> {
  const { services, projections } = product.server;
  const sweeper = new Sweeper(services, projections);
  const { body } = await product.admin.send("POST", "/api/cards/lookup", { pan });
  const { cardId } = z.object({ cardId: z.string() }).parse(body);
  do {
    // The log's head trails an append while any transaction of the cluster is under way: the streams tell it all.
    for (const stream of [quotaStream(rulesetId), cardStream(cardId)]) {
      const last = (await services.log.read(stream)).at(-1);
      if (last !== undefined) expect(await projections.waitFor(last.position, 30_000)).toBe(true);
    }
  } while ((await sweeper.sweep()) > 0);
}

async function used(rulesetId: string): Promise<number> {
  const { state } = await product.server.services.streams.quota.refresh(quotaStream(rulesetId));
  return state.instants.size;
}

/** One visit by a process that dies on the way. Answers whether it died. */
async function visitThatDies(
  terminal: Terminal,
  pan: string,
  at: number,
  when: "before" | "after",
): Promise<boolean> {
  const { services } = product.server;
  const log = new CrashingLog(services.log, at, when);
  const dying = createServices({ ...services, log });
  const authenticator = new TerminalAuthenticator(dying);
  const { state: life } = await services.streams.terminal.load(`terminal-${terminal.serialNumber}`);
  if (life === null) throw new Error("the terminal is paired");
  const known = {
    kind: "authenticated" as const,
    life,
    revision: life.revision,
    shown: { token: "", certificate: null },
    credentialId: "",
  };
  const traceId = "0";
  try {
    const card = { pan, entryMode: "CONTACTLESS" as const };
    const checked = await checkEntry(dying, authenticator, {
      terminal: known,
      requestId: "tap",
      card,
      traceId,
    });
    if (checked.kind === "problem") throw new Error(checked.code);
    const { accessId } = checked.verdict.event.data;
    const guests = { adults: 0, children: 0, freeChildren: 0 };
    const input = { terminal: known, requestId: null, accessId, guests, payment: null, traceId };
    await confirmEntry(dying, authenticator, () => Promise.resolve(null), input);
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
}

const cases = Array.from({ length: WRITES }, (_, write) => write).flatMap((write) =>
  (["before", "after"] as const).flatMap((when) => [true, false].map((again) => ({ write, when, again }))),
);

test.each(cases)(
  "aCrash $when write $write, asked again: $again, keeps the budget exact",
  async ({ write, when, again }) => {
    const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
      totalUsage: { max: BUDGET },
    });
    const pan = testPan(++pans);
    expect(await visitThatDies(terminal, pan, write, when)).toBe(true);
    expect(await used(rulesetId)).toBeLessThanOrEqual(1);

    let visits = 0;
    if (again) {
      const retried = outcome(await check(terminal, pan, "tap"));
      expect(retried.decision).toBe("GRANTED");
      expect((await confirm(terminal, retried.accessId)).status).toBe(200);
      visits = 1;
    }
    await advance("PT10M");
    await settle(rulesetId, pan);
    // The confirmation is the third write: once it is stored, the visit took place whoever heard of it.
    if (write > 2 || (write === 2 && when === "after")) visits = 1;
    expect(await used(rulesetId)).toBe(visits);

    for (let visit = visits; visit < BUDGET; visit++) {
      const next = outcome(await check(terminal, testPan(++pans)));
      expect(next.decision).toBe("GRANTED");
      await confirm(terminal, next.accessId);
    }
    expect(outcome(await check(terminal, testPan(++pans)))).toMatchObject({
      decision: "REJECTED",
      code: "LIMIT_EXCEEDED",
    });
    expect(await used(rulesetId)).toBe(BUDGET);
  },
);

test("aVisitHasAsManyWritesAsTheTableAssumes", async () => {
  const { terminal } = await simpleProgramme(product.admin, product.url, { totalUsage: { max: BUDGET } });
  expect(await visitThatDies(terminal, testPan(++pans), WRITES, "before")).toBe(false);
});

test("manyCardsAtOnceNeverExceedTheBudget", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
    totalUsage: { max: 5 },
  });
  const answers = await Promise.all(Array.from({ length: 30 }, () => check(terminal, testPan(++pans))));
  const decisions = answers.map(outcome);
  expect(decisions.filter((one) => one.decision === "GRANTED")).toHaveLength(5);
  expect(decisions.filter((one) => one.code === "LIMIT_EXCEEDED")).toHaveLength(25);
  expect(await used(rulesetId)).toBe(5);
});

test("aReversedAndACancelledVisitGiveTheirPlaceBack", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
    totalUsage: { max: 1 },
  });
  const first = outcome(await check(terminal, testPan(++pans)));
  await terminal.client.send("POST", "/pos/cancel_entry", { accessId: first.accessId });
  const second = outcome(await check(terminal, testPan(++pans)));
  expect(second.decision).toBe("GRANTED");
  await confirm(terminal, second.accessId);
  await product.admin.send("POST", `/api/operations/${second.accessId}/reversal`, {});
  expect(await used(rulesetId)).toBe(0);
  expect(outcome(await check(terminal, testPan(++pans))).decision).toBe("GRANTED");
});

test("aLapsedEntryFreesItsPlaceForTheNextTapWithoutWaitingForTheSweeper", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
    totalUsage: { max: 1 },
  });
  const pan = testPan(++pans);
  expect(outcome(await check(terminal, pan)).decision).toBe("GRANTED");
  expect(outcome(await check(terminal, testPan(++pans))).code).toBe("LIMIT_EXCEEDED");
  await advance("PT6M");
  expect(outcome(await check(terminal, testPan(++pans))).decision).toBe("GRANTED");
  expect(outcome(await check(terminal, pan)).code).toBe("LIMIT_EXCEEDED");
  expect(await used(rulesetId)).toBe(1);
});
