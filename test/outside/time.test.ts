import { afterAll, beforeAll, expect, test } from "vitest";
import type { Acquirer, ExternalRules } from "../../src/integrations/ports.ts";
import { noAcquirer, noExternalRules } from "../../src/integrations/ports.ts";
import { OUTSIDE_ANSWER, OUTSIDE_ANSWERS } from "../../src/domain/policies.ts";
import { type Asking, OutsideAnswers } from "../../src/engine/entry/outsideAnswers.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** What a check asks outside has one time for all of it, from when the check began. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

const ATTEMPT: Asking = {
  ...{ accessId: "01KATTEMPT", cardId: "a-card" },
  input: { card: { pan: "5555555555554444", entryMode: "CHIP" } },
};
const SCENE = { location: { id: "a-place", country: "POL", service: "LOUNGE" }, issuer: null };

/** Every question takes all the time it is given; answers what each was given. */
async function asked(questions: number): Promise<readonly number[]> {
  const clock = { now: 1_800_000_000_000 };
  const given: number[] = [];
  const take = (within: number): void => {
    given.push(within);
    clock.now += within;
  };
  const externalRules: ExternalRules = {
    isConnected: true,
    ask: ({ within }) => {
      take(within);
      return Promise.resolve({ answer: "UNAVAILABLE", reason: "NO_ANSWER" });
    },
  };
  const acquirer: Acquirer = {
    ...noAcquirer,
    isConnected: true,
    verify: ({ method, within }) => {
      take(within);
      return Promise.resolve({
        answer: { method, outcome: "UNAVAILABLE", responseCode: null, why: "NO_ANSWER" },
        reference: null,
      });
    },
  };
  const { services } = server.server;
  const answers = new OutsideAnswers(
    { ...services, externalRules, acquirer, now: () => clock.now },
    ATTEMPT,
    SCENE,
  );
  const began = clock.now;
  for (let rule = 1; rule < questions; rule++) {
    const rulesetId = `rule-${String(rule)}`;
    await answers.ask({ kind: "externalRule", rulesetId, ruleId: "vip" }, 0, clock.now);
  }
  await answers.ask({ kind: "verification", rulesetId: "rule-1", method: "ASI" }, 0, clock.now);
  expect(clock.now - began).toBeLessThanOrEqual(OUTSIDE_ANSWERS);
  const { externalAnswers, verification } = answers.facts();
  const silent = [...externalAnswers.values()].filter(({ reason }) => reason === "NO_TIME_LEFT").length;
  expect(given).toHaveLength(questions - silent - (verification?.why === "NO_TIME_LEFT" ? 1 : 0));
  return given;
}

test.each([1, 2, 3, 10])(
  "%d questions that nobody answers take 2.4 s together, and not more",
  async (questions) => {
    const given = await asked(questions);
    expect(given).toEqual(Array.from({ length: Math.min(questions, 2) }, () => OUTSIDE_ANSWER));
  },
);

test("whatIsNotConnectedSaysSoAtOnce", async () => {
  const answers = new OutsideAnswers(
    { ...server.server.services, externalRules: noExternalRules, acquirer: noAcquirer, now: () => 0 },
    ATTEMPT,
    SCENE,
  );
  await answers.ask({ kind: "externalRule", rulesetId: "one", ruleId: "vip" }, 0, 0);
  await answers.ask({ kind: "verification", rulesetId: "one", method: "AMOUNT" }, 0, 0);
  const { externalAnswers, verification } = answers.facts();
  expect(externalAnswers.get("one")).toEqual({ answer: "UNAVAILABLE", reason: "NOT_CONNECTED" });
  expect(verification).toMatchObject({ method: "AMOUNT", outcome: "UNAVAILABLE", why: "NOT_CONNECTED" });
});
