import { describe, expect, test } from "vitest";
import { checkEntry } from "../../../src/domain/card/check.ts";
import { initialCard } from "../../../src/domain/card/state.ts";
import { card } from "../../../src/domain/card/card.ts";
import { iso, MINUTE } from "../../../src/domain/time.ts";
import { eventsOf, programme } from "../../support/domain/cardScenario.ts";
import { cancelOf, checkOf, confirmOf } from "../../support/domain/commands.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { budgetOf } from "../../support/domain/holds.ts";
import { ADMIN, RULESET } from "../../support/domain/ids.ts";

const byHand = { now: NOW, by: ADMIN, reason: "asked for" };

describe("check", () => {
  test("granted: with all that the decision saw, for five minutes", () => {
    expect(eventsOf(initialCard, checkOf({ requestId: "r1" }))).toMatchObject([
      {
        type: "EntryGranted",
        data: {
          accessId: "access-1",
          requestId: "r1",
          at: iso(NOW),
          expiresAt: iso(NOW + 5 * MINUTE),
          cost: "FREE",
          ruleset: { id: RULESET, version: 1 },
          evidence: { portfolio: { digest: "digest" }, matchedRanges: [], verification: null },
        },
      },
    ]);
  });

  test("refused: an attempt is kept as well", () => {
    const { check } = programme({ cardholder: { free: 0 } });
    expect(eventsOf(initialCard, check())).toMatchObject([
      { type: "EntryRejected", data: { code: "LIMIT_EXCEEDED", ruleset: { id: RULESET }, retryable: false } },
    ]);
  });

  test("while an entry is open the card waits for it", () => {
    const { granted, check } = programme();
    const { state } = granted({});
    expect(eventsOf(state, check({ accessId: "access-2", now: NOW + 5 * MINUTE - 1 }))).toMatchObject([
      { type: "EntryRejected", data: { code: "TEMPORARILY_BLOCKED", nextFreeAt: iso(NOW + 5 * MINUTE) } },
    ]);
  });

  test("an open entry past its time lapses on the way, and its place is free", () => {
    const { granted, check } = programme({ cardholder: { free: 1 } });
    const { state } = granted({});
    expect(eventsOf(state, check({ accessId: "access-2", now: NOW + 5 * MINUTE }))).toMatchObject([
      { type: "EntryLapsed", data: { accessId: "access-1", at: iso(NOW + 5 * MINUTE) } },
      { type: "EntryGranted", data: { accessId: "access-2" } },
    ]);
  });

  test("a visit counts once it is confirmed, a cancelled one never", () => {
    const { granted, check, ruleset } = programme({ cardholder: { free: 1 } });
    const confirmed = granted({}).after(confirmOf(ruleset)).state;
    expect(eventsOf(confirmed, check({ accessId: "access-2" }))).toMatchObject([
      { data: { code: "LIMIT_EXCEEDED" } },
    ]);
    const cancelled = granted({}).after(cancelOf()).state;
    expect(eventsOf(cancelled, check({ accessId: "access-2" }))).toMatchObject([{ type: "EntryGranted" }]);
  });

  test("when the free visits are used up, the paid tier applies by itself", () => {
    const fee = { amount: "25.00", currency: "EUR" };
    const { granted, check, ruleset } = programme({ cardholder: { free: 1, paid: 1, fee } });
    const once = granted({}).after(confirmOf(ruleset));
    const second = eventsOf(once.state, check({ accessId: "access-2" }));
    expect(second).toMatchObject([
      { type: "EntryGranted", data: { cost: "PAID", fee, available: { free: 0, paid: 1 } } },
    ]);
    const twice = once.given(...second).after(confirmOf(ruleset, { accessId: "access-2" }));
    expect(eventsOf(twice.state, check({ accessId: "access-3" }))).toMatchObject([
      { data: { code: "LIMIT_EXCEEDED" } },
    ]);
  });

  test("a clock behind the stream does not turn time back", () => {
    const { granted, check } = programme();
    const { state } = granted({}).after(cancelOf({ now: NOW + MINUTE }));
    expect(eventsOf(state, check({ accessId: "access-2", now: NOW }))).toMatchObject([
      { data: { at: iso(NOW + MINUTE) } },
    ]);
  });

  test("a ruleset with a budget wants a reservation before it grants", () => {
    const { check } = programme({ totalUsage: { max: 1 } });
    const budgets = new Map([[RULESET, budgetOf([])]]);
    const { facts } = checkOf({}, { budgets });
    expect(checkEntry(initialCard, check({ facts }))).toEqual({
      kind: "needs",
      need: { kind: "budget", rulesetId: RULESET },
    });
    expect(eventsOf(initialCard, check({ facts, reserved: RULESET }))).toMatchObject([
      { type: "EntryGranted" },
    ]);
  });

  test("what lies outside is asked for, and the answer is kept", () => {
    const { check } = programme({ externalRule: { ruleId: "vip" }, verification: { mode: "ASI" } });
    expect(checkEntry(initialCard, check())).toMatchObject({
      kind: "needs",
      need: { kind: "externalRule", ruleId: "vip" },
    });
    const answered = checkOf(
      {},
      { externalAnswers: new Map([[RULESET, { answer: "MET", reason: "vip since 2020" }]]) },
    ).facts;
    expect(checkEntry(initialCard, check({ facts: answered }))).toMatchObject({
      need: { kind: "verification", method: "ASI" },
    });
    const verification = { method: "ASI" as const, outcome: "FAILED" as const, responseCode: "05" };
    expect(eventsOf(initialCard, check({ facts: { ...answered, verification } }))).toMatchObject([
      {
        type: "EntryRejected",
        data: {
          code: "CARD_ASI_FAILED",
          retryable: true,
          evidence: {
            verification,
            externalAnswers: [{ rulesetId: RULESET, answer: "MET", reason: "vip since 2020" }],
          },
        },
      },
    ]);
  });

  test("after a failed inquiry the next tap is verified by amount; after another outcome by inquiry again", () => {
    const { check } = programme({ verification: { mode: "ASI_THEN_AMOUNT" } });
    const failed = checkOf(
      {},
      { verification: { method: "ASI", outcome: "FAILED", responseCode: null } },
    ).facts;
    const { state } = scenario(card).given(...eventsOf(initialCard, check({ facts: failed })));
    expect(checkEntry(state, check())).toMatchObject({ need: { method: "AMOUNT" } });
    const passed = checkOf(
      {},
      { verification: { method: "AMOUNT", outcome: "PASSED", responseCode: null } },
    ).facts;
    const after = scenario(card, state)
      .given(...eventsOf(state, check({ facts: passed })))
      .after(cancelOf());
    expect(checkEntry(after.state, check({ accessId: "access-2" }))).toMatchObject({
      need: { method: "ASI" },
    });
  });
});

test("aRefusalForAnotherReasonIsNoFailedInquiry, nor is one remembered behind it", () => {
  const { check } = programme({ verification: { mode: "ASI_THEN_AMOUNT" } });
  const verification = { method: "ASI" as const, outcome: "FAILED" as const, responseCode: null };
  const failed = scenario(card).given(
    ...eventsOf(initialCard, check({ facts: checkOf({}, { verification }).facts })),
  );
  for (const before of [scenario(card), failed]) {
    const frozen = before.after({ type: "FreezeCard", now: NOW, by: ADMIN, reason: "lost" });
    const refused = frozen.given(...eventsOf(frozen.state, check({ accessId: "access-2" })));
    const { state } = refused.after({ type: "UnfreezeCard", now: NOW, by: ADMIN, reason: "found" });
    expect(checkEntry(state, check({ accessId: "access-3" }))).toMatchObject({ need: { method: "ASI" } });
  }
});

describe("abandon", () => {
  const abandon = { type: "AbandonAttempt" as const, attemptKey: "key", rulesetId: RULESET, now: NOW };

  test("an abandoned attempt can't be granted any more; a new one can", () => {
    const { state } = scenario(card)
      .when({ ...abandon, accessId: "access-1" })
      .then({ type: "AttemptAbandoned", data: { accessId: "access-1", attemptKey: "key", at: iso(NOW) } });
    expect(checkEntry(state, checkOf({ attemptKey: "key" }))).toEqual({
      kind: "refused",
      refusal: { code: "ATTEMPT_ABANDONED" },
    });
    expect(checkEntry(state, checkOf({ attemptKey: "key", generation: 1 })).kind).toBe("accepted");
    expect(checkEntry(state, checkOf({ attemptKey: "another" })).kind).toBe("accepted");
  });

  test("a grant that is there stays", () => {
    programme()
      .granted({})
      .when({ ...abandon, accessId: "access-1" })
      .thenNothing();
  });
});

describe("by hand", () => {
  test("a frozen card is refused until it is unfrozen", () => {
    const frozen = scenario(card)
      .when({ type: "FreezeCard", ...byHand })
      .then({ type: "CardFrozen", data: { at: iso(NOW), by: ADMIN, reason: "asked for" } });
    expect(eventsOf(frozen.state, checkOf())).toMatchObject([{ data: { code: "CARD_FROZEN" } }]);
    scenario(card, frozen.state)
      .when({ type: "FreezeCard", ...byHand })
      .thenNothing();
    const { state } = scenario(card, frozen.state)
      .when({ type: "UnfreezeCard", ...byHand })
      .then({ type: "CardUnfrozen" });
    expect(eventsOf(state, checkOf())).toMatchObject([{ type: "EntryGranted" }]);
    scenario(card, state)
      .when({ type: "UnfreezeCard", ...byHand })
      .thenNothing();
  });

  test("frozen while an entry is open: the visit that was granted still completes", () => {
    const { granted, ruleset } = programme();
    granted({})
      .after({ type: "FreezeCard", ...byHand })
      .when(confirmOf(ruleset))
      .then({ type: "EntryConfirmed" });
  });

  test("an enrolled card is let in where only those are", () => {
    const { check } = programme({ criteria: { enrolledOnly: true } });
    expect(eventsOf(initialCard, check())).toMatchObject([{ data: { code: "UNMET_REQUIREMENTS" } }]);
    const enrolled = scenario(card)
      .when({ type: "EnrollCard", ...byHand })
      .then({ type: "CardEnrolled" });
    expect(eventsOf(enrolled.state, check())).toMatchObject([{ type: "EntryGranted" }]);
    scenario(card, enrolled.state)
      .when({ type: "EnrollCard", ...byHand })
      .thenNothing();
    const { state } = scenario(card, enrolled.state)
      .when({ type: "UnenrollCard", ...byHand })
      .then({ type: "CardUnenrolled" });
    expect(eventsOf(state, check())).toMatchObject([{ data: { code: "UNMET_REQUIREMENTS" } }]);
    scenario(card)
      .when({ type: "UnenrollCard", ...byHand })
      .thenNothing();
  });

  test("visits given count at once, taken away as well; the same adjustment counts once", () => {
    const { check, granted, ruleset } = programme({ cardholder: { free: 1 } });
    const adjust = { type: "AdjustVisits" as const, ...byHand, rulesetId: RULESET, paid: 0 };
    const used = granted({}).after(confirmOf(ruleset));
    const given = used
      .when({ ...adjust, adjustmentId: "a1", free: 2 })
      .then({ type: "VisitsAdjusted", data: { adjustmentId: "a1", rulesetId: RULESET, free: 2, paid: 0 } });
    expect(eventsOf(given.state, check({ accessId: "access-2" }))).toMatchObject([
      { data: { available: { free: 2 } } },
    ]);
    scenario(card, given.state)
      .when({ ...adjust, adjustmentId: "a1", free: 2 })
      .thenNothing();
    const taken = scenario(card, given.state).after({ ...adjust, adjustmentId: "a2", free: -2 });
    expect(eventsOf(taken.state, check({ accessId: "access-2" }))).toMatchObject([
      { data: { code: "LIMIT_EXCEEDED" } },
    ]);
  });
});
