import { describe, expect, test } from "vitest";
import { card, type CardCommand } from "../../../src/domain/card/card.ts";
import {
  cardFacts,
  type CardState,
  hasConsequences,
  initialCard,
  statusAt,
} from "../../../src/domain/card/state.ts";
import { HOUR, iso, MINUTE } from "../../../src/domain/time.ts";
import { programme } from "../../support/domain/cardScenario.ts";
import { cancelOf, confirmOf, reverseOf } from "../../support/domain/commands.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, CARD, RULESET } from "../../support/domain/ids.ts";

const OTHER = "01J00000000000000000000CB2";
const hand = { now: NOW, by: ADMIN, reason: "lost" };
const freeze: CardCommand = { type: "FreezeCard", ...hand };

/** The last thing that happened to the card was an hour after NOW. */
const later = scenario(card).after({ ...freeze, now: NOW + HOUR });

describe("two cards of one account", () => {
  test("aCardIsJoinedOnce, and never before what happened to it", () => {
    const join: CardCommand = { type: "JoinCard", into: OTHER, now: NOW };
    const joined = scenario(card)
      .when(join)
      .then({ type: "CardJoined", data: { at: iso(NOW), into: OTHER } });
    expect(joined.state.joinedInto).toBe(OTHER);
    scenario(card, joined.state)
      .when({ ...join, now: NOW + HOUR })
      .thenNothing();
    scenario(card, joined.state)
      .when({ ...join, into: CARD })
      .then({ type: "CardJoined", data: { into: CARD } });
    later.when(join).then({ type: "CardJoined", data: { at: iso(NOW + HOUR) } });
  });

  test("aCardIsAbsorbedOnce, others beside it, and never before what happened", () => {
    const absorb: CardCommand = { type: "AbsorbCard", cardId: OTHER, revision: 3, now: NOW };
    const absorbed = scenario(card)
      .when(absorb)
      .then({ type: "CardAbsorbed", data: { at: iso(NOW), cardId: OTHER, revision: 3 } });
    scenario(card, absorbed.state)
      .when({ ...absorb, revision: 4, now: NOW + HOUR })
      .thenNothing();
    const both = scenario(card, absorbed.state).when({ ...absorb, cardId: CARD });
    expect(both.state.joined).toEqual([OTHER, CARD]);
    later.when(absorb).then({ type: "CardAbsorbed", data: { at: iso(NOW + HOUR) } });
  });

  test("whatJoiningChangesIsWhatCountsForBoth: an entry, visits by hand, a freeze, an enrolment", () => {
    const { granted, ruleset } = programme();
    expect(hasConsequences(initialCard)).toBe(false);
    const of = (...commands: readonly CardCommand[]): boolean =>
      hasConsequences(scenario(card).after(...commands).state);
    expect(of(freeze)).toBe(true);
    expect(of(freeze, { type: "UnfreezeCard", ...hand })).toBe(false);
    expect(of({ type: "EnrollCard", ...hand })).toBe(true);
    const adjustment = { adjustmentId: "a", rulesetId: RULESET, free: 1, paid: 0 };
    expect(of({ type: "AdjustVisits", ...adjustment, ...hand })).toBe(true);
    expect(hasConsequences(granted({}).state)).toBe(true);
    expect(hasConsequences(granted({}).after(confirmOf(ruleset), reverseOf()).state)).toBe(true);
  });

  test("factsOfAnAccountAreThoseOfAllItsCards: any freeze, any enrolment, the open entry, visits by their confirmation", () => {
    const { granted, ruleset } = programme();
    const visit = (accessId: string, at: number): CardState =>
      granted({ accessId, now: at }).after(confirmOf(ruleset, { accessId, now: at })).state;
    const early = visit("early", NOW);
    const late = visit("late", NOW + HOUR);
    expect(cardFacts(late, NOW, [early]).visits.map(({ accessId }) => accessId)).toEqual(["early", "late"]);
    expect(cardFacts(early, NOW, [late]).visits.map(({ accessId }) => accessId)).toEqual(["early", "late"]);
    expect(cardFacts(late, NOW).visits.map(({ accessId }) => accessId)).toEqual(["late"]);

    const frozen = later.state;
    const enrolled = scenario(card).after({ type: "EnrollCard", ...hand }).state;
    expect(cardFacts(initialCard, NOW, [frozen, enrolled])).toMatchObject({ frozen: true, enrolled: true });
    expect(cardFacts(frozen, NOW, [initialCard])).toMatchObject({ frozen: true, enrolled: false });
    expect(cardFacts(initialCard, NOW, [initialCard])).toMatchObject({ frozen: false, enrolled: false });

    const open = granted({ accessId: "open" }).state;
    const expected = { accessId: "open", expiresAt: NOW + 5 * MINUTE };
    expect(cardFacts(initialCard, NOW + 5 * MINUTE - 1, [early, open]).open).toEqual(expected);
    expect(cardFacts(initialCard, NOW + 5 * MINUTE, [early, open]).open).toBe(null);

    const given = (adjustmentId: string): CardState =>
      scenario(card).after({
        type: "AdjustVisits",
        adjustmentId,
        rulesetId: RULESET,
        free: 1,
        paid: 0,
        ...hand,
      }).state;
    const { adjustments } = cardFacts(given("a"), NOW, [given("b"), initialCard]);
    expect(adjustments).toMatchObject([{ adjustmentId: "a" }, { adjustmentId: "b" }]);
  });
});

test("anOpenEntryIsExpiredWithItsTime_AndWhatBecameOfItStaysSo", () => {
  const { granted, ruleset } = programme();
  const statusOf = ({ entries }: CardState, now: number): string | undefined => {
    const entry = entries.get("access-1");
    return entry && statusAt(entry, now);
  };
  const end = NOW + 5 * MINUTE;
  expect(statusOf(granted({}).state, end - 1)).toBe("PENDING");
  expect(statusOf(granted({}).state, end)).toBe("EXPIRED");
  expect(statusOf(granted({}).after(confirmOf(ruleset)).state, end)).toBe("COMPLETED");
  expect(statusOf(granted({}).after(cancelOf()).state, end)).toBe("CANCELLED");
  expect(statusOf(granted({}).after(confirmOf(ruleset), reverseOf()).state, NOW)).toBe("REVERSED");
});
