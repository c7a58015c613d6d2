import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { HttpAcquirer } from "../../src/integrations/acquirer/acquirer.ts";
import { HttpExternalRules } from "../../src/integrations/externalRules/externalRules.ts";
import { HttpRewards } from "../../src/integrations/rewards/rewards.ts";
import { startAcquirer, startRewards, startRules, systemAt, type Told } from "./support.ts";

/** What each fault comes to at the adapters: an answer in time that says why there is none. */

const WITHIN = 150;
const FAULTS = [
  ["hang", "NO_ANSWER"],
  ["late:400", "NO_ANSWER"],
  ["garbage", "BAD_ANSWER"],
  ["status:503", "BAD_ANSWER"],
  ["status:429", "BAD_ANSWER"],
  ["status:400", "REFUSED"],
  ["drop", "NO_ANSWER"],
  ["drop-after-processing", "NO_ANSWER"],
] as const;

let acquirer: Told;
let rules: Told;
let rewards: Told;

beforeAll(async () => {
  [acquirer, rules, rewards] = await Promise.all([startAcquirer(), startRules(), startRewards()]);
});
afterAll(async () => {
  await Promise.all([acquirer.close(), rules.close(), rewards.close()]);
});
afterEach(async () => {
  await Promise.all([acquirer.faults(), rules.faults(), rewards.faults()]);
});

let keys = 0;
const verifyBy = async (port: HttpAcquirer, within = 5_000) => {
  const key = `key-of-fault-${String(++keys)}`;
  const asked = { pan: "5555555555554444", expiry: null, within, method: "AMOUNT" as const };
  return (await port.verify({ ...asked, key })).answer;
};
const question = {
  ...{ id: "a-question-of-tests", ruleId: "vip", cardId: "a-card", issuer: null, at: 0 },
  location: { id: "a-place", country: "POL", service: "LOUNGE" },
};

describe.each(FAULTS)("%s", (fault, why) => {
  test(`theAcquirersSilenceIs ${why}`, async () => {
    const { system, close } = systemAt(acquirer);
    const port = new HttpAcquirer(system, { amount: "1.00", currency: "EUR" });
    await acquirer.faults(fault);
    expect(await verifyBy(port, WITHIN)).toEqual({
      ...{ method: "AMOUNT", outcome: "UNAVAILABLE", responseCode: null, why },
    });
    expect(system.heard[0]).toMatchObject({ asked: "AMOUNT", outcome: why });
    expect(await verifyBy(port)).toMatchObject({ outcome: "PASSED" });
    await close();
  });

  test(`theRewardSystemsSilenceIs ${why}`, async () => {
    const { system, close } = systemAt(rewards, { name: "rewards" });
    const port = new HttpRewards(system, 300);
    const silence = { kind: "NOTHING", why, status: why === "REFUSED" ? 400 : null };
    await rewards.faults(fault, fault);
    expect(await port.transactionsAfter(null, WITHIN)).toEqual(silence);
    const asked = { aref: "AREF-1", ica: "1234", productCode: "WLE" };
    expect(await port.findEnrolment(asked, WITHIN)).toEqual(silence);
    expect(system.heard.map(({ asked: what }) => what)).toEqual(["ENROLMENT", "TRANSACTIONS"]);
    expect(await port.transactionsAfter(null, 5_000)).toMatchObject({ kind: "PAGE" });
    await close();
  });

  test(`theRulesSilenceIs ${why}`, async () => {
    const { system, close } = systemAt(rules, { name: "externalRules" });
    await rules.faults(fault);
    const port = new HttpExternalRules(system);
    expect(await port.ask({ ...question, within: WITHIN })).toEqual({ answer: "UNAVAILABLE", reason: why });
    await close();
  });
});

test("whatAnswersNobodyIsSaidToBeSo, and what is not reached to be not sent", async () => {
  const gone = await startAcquirer();
  const { system, close } = systemAt(gone);
  await gone.close();
  const port = new HttpAcquirer(system, { amount: "1.00", currency: "EUR" });
  expect(await verifyBy(port)).toMatchObject({ outcome: "UNAVAILABLE", why: "NOT_SENT" });
  await close();
});

test("aSignatureByAnotherKeyIsRefused", async () => {
  const { system, close } = systemAt(acquirer, { key: "another-key-of-tests" });
  expect(await system.test(5_000)).toEqual({ kind: "refused", status: 401 });
  await close();
});

test("theCircuitOpensAfterFailuresInARow, is left alone, and closes by one that is answered", async () => {
  // Long enough that what is asked at once is asked before it is over, also on a loaded machine.
  const { system, close } = systemAt(acquirer, { failuresToOpen: 3, halfOpenAfter: 5_000 });
  const port = new HttpAcquirer(system, { amount: "1.00", currency: "EUR" });
  await acquirer.faults("status:500", "status:500", "none", "status:500", "status:500", "status:500");
  for (const circuit of ["CLOSED", "CLOSED", "CLOSED", "CLOSED", "CLOSED", "OPEN"]) {
    await verifyBy(port);
    expect(system.circuit).toBe(circuit);
  }
  const before = (await acquirer.seen()).length;
  expect(await verifyBy(port)).toMatchObject({ outcome: "UNAVAILABLE", why: "CIRCUIT_OPEN" });
  expect((await acquirer.seen()).length).toBe(before);
  // Whoever presses the button asks in any case.
  expect(await system.test(5_000)).toMatchObject({ kind: "said" });
  await acquirer.faults("late:300");
  const deadline = performance.now() + 30_000;
  for (;;) {
    // One is let through as soon as the time is over, which may be between the two; the other does not wait for it.
    const both = await Promise.all([verifyBy(port), verifyBy(port)]);
    const refused = both.filter(({ outcome }) => outcome !== "PASSED");
    for (const one of refused) expect(one).toMatchObject({ why: "CIRCUIT_OPEN" });
    if (refused.length < 2) {
      expect(refused).toHaveLength(1);
      break;
    }
    expect(performance.now()).toBeLessThan(deadline);
  }
  expect(system.circuit).toBe("CLOSED");
  await close();
});

test("onlyTheNewestAnswersAreRemembered, and nothing of what they said", async () => {
  const { system, close } = systemAt(acquirer);
  for (let asked = 0; asked < 25; asked++) await system.test(5_000);
  expect(system.heard).toHaveLength(20);
  expect(Object.keys(system.heard[0] ?? {}).sort()).toEqual(["asked", "at", "ms", "outcome", "status"]);
  await close();
});
