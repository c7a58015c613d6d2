import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card, type CardCommand } from "../../../src/domain/card/card.ts";
import { enrolmentOf } from "../../../src/domain/card/enrolment.ts";
import type { Enrolment } from "../../../src/domain/card/events.ts";
import { cardFromSnapshot, cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import { cardFacts, type CardState, initialCard } from "../../../src/domain/card/state.ts";
import { DAY, HOUR, iso } from "../../../src/domain/time.ts";
import { eventsOf, programme, tap } from "../../support/domain/cardScenario.ts";
import { checkOf, confirmOf } from "../../support/domain/commands.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, CARD, RULESET } from "../../support/domain/ids.ts";

const OTHER = "01J00000000000000000000CB2";
const issuer = {
  ica: "0001234",
  issuerName: "Vistula Bank",
  country: "POL",
  productCode: "WLE",
  productName: null,
};
const enrolment: Enrolment = { aref: "AREF-1", ica: "0001234", productCode: "WLE", since: iso(NOW), issuer };
const hand = { now: NOW, by: ADMIN, reason: "left in a taxi" };
const enroll: CardCommand = { type: "EnrollCard", ...hand, enrolment };
const replace: CardCommand = { type: "ReplaceCard", ...hand, cause: "LOST", into: OTHER };

/** The card that takes the other's place. */
function successorOf(old: CardState, before: CardState = initialCard): CardState {
  const { enrolled, enrolment: known, replaced } = old;
  if (replaced === null) throw new Error("it was not replaced");
  return scenario(card, before).when({
    type: "InheritCard",
    ...{ now: NOW, cardId: CARD, revision: old.events - 1, issuer: null },
    from: { enrolled, enrolment: known, replaced },
  }).state;
}

describe("an enrolment", () => {
  test("isWrittenOnce_AndOtherDetailsAreRefusedUntilItEnds", () => {
    const enrolled = scenario(card)
      .when(enroll)
      .then({ type: "CardEnrolled", data: { enrolment: { aref: "AREF-1" } } });
    scenario(card, enrolled.state)
      .when({ ...enroll, now: NOW + HOUR })
      .thenNothing();
    const other = { ...enroll, enrolment: { ...enrolment, aref: "AREF-2" } };
    scenario(card, enrolled.state).when(other).thenRefused({ code: "ENROLLED_OTHERWISE" });
    scenario(card, enrolled.state)
      .after({ type: "UnenrollCard", ...hand })
      .when(other)
      .then({ type: "CardEnrolled", data: { enrolment: { aref: "AREF-2" } } });
  });

  test("byHandAlone_TakesDetailsLater", () => {
    const byHand = scenario(card).after({ type: "EnrollCard", ...hand });
    expect(byHand.state).toMatchObject({ enrolled: true, enrolment: null });
    byHand.when(enroll).then({ type: "CardEnrolled", data: { enrolment: { aref: "AREF-1" } } });
  });

  test("takesFromTheAccountRangesWhatIsNotSaid_AndRefusesWhatContradictsThem", () => {
    expect(enrolmentOf({ aref: "A" }, issuer, NOW)).toEqual({
      ...{ aref: "A", ica: "0001234", productCode: "WLE", since: iso(NOW), issuer },
    });
    expect(enrolmentOf({ aref: "A", ica: "0009999" }, issuer, NOW)).toBe("ICA_DIFFERS");
    expect(enrolmentOf({ aref: "A", productCode: "WLE" }, null, NOW)).toBe("ICA_UNKNOWN");
    expect(enrolmentOf({ aref: "A", ica: "1" }, null, NOW)).toBe("PRODUCT_UNKNOWN");
    expect(enrolmentOf({ aref: "A", since: iso(NOW + 1) }, issuer, NOW)).toBe("SINCE_IN_FUTURE");
    expect(enrolmentOf({ aref: "A", since: iso(NOW) }, issuer, NOW)).toMatchObject({ since: iso(NOW) });
  });
});

describe("a card whose place another takes", () => {
  test("isReplacedOnce_AndByNoOther_NorEnrolledAgain", () => {
    const replaced = scenario(card)
      .when(replace)
      .then({ type: "CardReplaced", data: { at: iso(NOW), cause: "LOST", into: OTHER } });
    scenario(card, replaced.state)
      .when({ ...replace, cause: "STOLEN" })
      .thenNothing();
    scenario(card, replaced.state)
      .when({ ...replace, into: CARD })
      .thenRefused({ code: "CARD_REPLACED" });
    scenario(card, replaced.state).when(enroll).thenRefused({ code: "CARD_REPLACED" });
    scenario(card)
      .after({ type: "JoinCard", into: OTHER, now: NOW })
      .when({ ...replace, into: CARD })
      .thenRefused({ code: "CARD_REPLACED" });
  });

  test("isRefusedWhateverElseHolds_BeforeAllElseOfTheCard", () => {
    const { granted, ruleset } = programme();
    fc.assert(
      fc.property(
        fc.constantFrom<readonly CardCommand[]>([], [{ type: "FreezeCard", ...hand }], [enroll]),
        fc.boolean(),
        fc.integer({ min: 0, max: 400 }),
        (before, isOpen, days) => {
          const start = isOpen ? granted({}) : granted({}).after(confirmOf(ruleset));
          const { state } = start.after(...before, replace);
          const events = eventsOf(state, checkOf({ accessId: "next", now: NOW + days * DAY }));
          expect(events.at(-1)).toMatchObject({
            type: "EntryRejected",
            data: { code: "CARD_REPLACED", retryable: false, nextFreeAt: null },
          });
        },
      ),
    );
  });

  test("countsForItsSuccessorAsItDidForItself", () => {
    const { check, ruleset } = programme({ cardholder: { free: 9 } });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -2, max: 3 }), (visits, given) => {
        let old = scenario(card);
        for (let visit = 0; visit < visits; visit++) {
          const at = { accessId: `visit-${String(visit)}`, now: NOW + visit * DAY };
          old = tap(old, check(at)).after(confirmOf(ruleset, at));
        }
        const gift = { adjustmentId: "gift", rulesetId: RULESET, free: given, paid: 0 };
        old = old.after({ type: "AdjustVisits", ...gift, ...hand }, enroll);
        const later = NOW + 10 * DAY;
        const before = cardFacts(old.state, later);
        const replaced = old.after(replace).state;
        const after = cardFacts(successorOf(replaced), later, [replaced]);
        expect(after).toEqual(before);
      }),
    );
  });

  test("keepsItsFreezeToItself_AndItsSuccessorItsOwnEnrolment", () => {
    const frozen = scenario(card).after({ type: "FreezeCard", ...hand }, enroll, replace).state;
    const successor = successorOf(frozen);
    expect(cardFacts(successor, NOW, [frozen])).toMatchObject({ frozen: false, enrolled: true });
    expect(cardFacts(frozen, NOW, [successor])).toMatchObject({ frozen: true, replaced: true });
    expect(successor.enrolment).toEqual(enrolment);
    const own = { ...enroll, enrolment: { ...enrolment, aref: "OWN" } };
    expect(successorOf(frozen, scenario(card).after(own).state).enrolment?.aref).toBe("OWN");
    // Its enrolment ends with its successor's: what the lost card had counts no longer.
    const out = scenario(card, successor).after({ type: "UnenrollCard", ...hand }).state;
    expect(cardFacts(out, NOW, [frozen]).enrolled).toBe(false);
  });

  test("isTheSameFromASnapshot", () => {
    for (const state of [
      scenario(card).after(enroll).state,
      scenario(card).after(enroll, replace).state,
      successorOf(scenario(card).after(enroll, replace).state),
    ])
      expect(cardFromSnapshot(cardSnapshot(state))).toEqual(state);
  });
});
