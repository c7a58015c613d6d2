import fc from "fast-check";
import { expect, test } from "vitest";
import { WEBHOOK_FIRST_RETRY, WEBHOOK_LIVES, WEBHOOK_LONGEST_PAUSE } from "../../../src/domain/policies.ts";
import { outcomeOf, retryAt } from "../../../src/domain/webhook/retry.ts";

/** When a message is tried again, as theorems. */

const attempted = fc.record({
  attempts: fc.integer({ min: 1, max: 60 }),
  queuedAt: fc.integer({ min: 0, max: 1e12 }),
  later: fc.integer({ min: 0, max: 2 * WEBHOOK_LIVES }),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});

test("aPauseIsNeverLongerThanTheLongestAndNeverLeadsBeyondTheEnd", () => {
  fc.assert(
    fc.property(attempted, ({ queuedAt, later, ...rest }) => {
      const now = queuedAt + later;
      const at = retryAt({ ...rest, queuedAt, now });
      if (later >= WEBHOOK_LIVES) expect(at).toBeNull();
      else {
        expect(at).toBeGreaterThan(now);
        expect(at).toBeLessThanOrEqual(queuedAt + WEBHOOK_LIVES);
        expect((at ?? 0) - now).toBeLessThanOrEqual(WEBHOOK_LONGEST_PAUSE * 1.25);
      }
    }),
  );
});

test("aReceiverThatNeverAnswersIsTriedAboutThirtyTimesOverThreeDaysAndThenNoMore", () => {
  const queuedAt = 1_000;
  let now = queuedAt;
  let attempts = 0;
  for (let at: number | null = now; at !== null; ) {
    now = at;
    attempts += 1;
    at = retryAt({ attempts, queuedAt, now, random: 0 });
    if (attempts === 1) expect((at ?? 0) - now).toBe(WEBHOOK_FIRST_RETRY);
  }
  expect(now).toBe(queuedAt + WEBHOOK_LIVES);
  expect(attempts).toBeGreaterThan(20);
  expect(attempts).toBeLessThan(40);
});

test("onlyTwoHundredsAreAYesAnd410IsGone", () => {
  const now = { attempts: 1, queuedAt: 0, now: 0, random: 0 };
  for (let status = 100; status < 600; status += 1) {
    const { kind } = outcomeOf({ kind: "ANSWERED", status }, now);
    expect(kind).toBe(status >= 200 && status < 300 ? "DELIVERED" : status === 410 ? "GONE" : "RETRY");
  }
  expect(outcomeOf({ kind: "FAILED" }, { ...now, now: WEBHOOK_LIVES }).kind).toBe("DEAD");
});
