import { describe, expect, test } from "vitest";
import { CARD_CONDITIONS, RULESET_CONDITIONS } from "../../../src/domain/ruleset/evaluate/conditions.ts";
import type { Verdict } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import type { CheckFacts, VerificationAnswer } from "../../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { DAY, iso, MINUTE } from "../../../src/domain/time.ts";
import { NOTHING_ASKED, type Setup, TABLE } from "../../support/domain/conditionTable.ts";
import {
  cardOf,
  inShort,
  NOW,
  placeOf,
  verdictOn,
  versionOf,
  visitOf,
} from "../../support/domain/fixtures.ts";
import { budgetOf } from "../../support/domain/holds.ts";
import { LOCATION, LOCATIONS, RULESETS } from "../../support/domain/ids.ts";

function decide({ input, facts }: Setup): Verdict {
  return verdictOn(facts, versionOf(input));
}

function firstFailing(verdict: Verdict): string | undefined {
  return verdict.kind === "needs" ? undefined : verdict.trace.find((step) => !step.pass)?.condition;
}

describe("theTableHasEveryCondition", () => {
  test("in the order of the lists", () => {
    const names = TABLE.map((row) => row.condition);
    expect(names).toEqual([
      "terminalHasLocation",
      "someRulesetApplies",
      ...CARD_CONDITIONS.map((one) => one.name),
      ...RULESET_CONDITIONS.map((one) => one.name),
      "externalRuleMet",
      "cardVerified",
    ]);
  });

  test("with the codes of the lists", () => {
    for (const { name, code } of [...CARD_CONDITIONS, ...RULESET_CONDITIONS]) {
      expect(TABLE.find((row) => row.condition === name)?.code).toBe(code);
    }
  });
});

describe.each(TABLE)("$condition", ({ condition, code, fails, passes }) => {
  test(`failing alone it is the reason: ${code}`, () => {
    const verdict = decide(fails(NOTHING_ASKED));
    expect(inShort(verdict)).toBe(code);
    expect(firstFailing(verdict)).toBe(condition);
  });

  test("passing it stops nobody", () => {
    const verdict = decide(passes(NOTHING_ASKED));
    expect(inShort(verdict)).toBe("GRANTED FREE");
    expect(firstFailing(verdict)).toBeUndefined();
  });
});

const PAIRS = TABLE.flatMap((earlier, index) => TABLE.slice(index + 1).map((later) => ({ earlier, later })));

test.each(PAIRS)("$earlier.condition comes before $later.condition", ({ earlier, later }) => {
  const verdict = decide(earlier.fails(later.fails(NOTHING_ASKED)));
  expect(inShort(verdict)).toBe(earlier.code);
  expect(firstFailing(verdict)).toBe(earlier.condition);
});

describe("verification of the card", () => {
  const asi = (outcome: VerificationAnswer["outcome"]): VerificationAnswer => ({
    method: "ASI",
    outcome,
    responseCode: null,
  });
  const amount = (outcome: VerificationAnswer["outcome"]): VerificationAnswer => ({
    ...asi(outcome),
    method: "AMOUNT",
  });

  test.each([
    ["ASI", "CLOSED", false, null, "NEEDS verification"],
    ["ASI", "CLOSED", false, asi("PASSED"), "GRANTED FREE"],
    ["ASI", "CLOSED", false, asi("FAILED"), "CARD_ASI_FAILED"],
    ["ASI", "CLOSED", false, asi("INSUFFICIENT_FUNDS"), "CARD_AUTH_INSUFFICIENT_FUNDS"],
    ["ASI", "CLOSED", false, asi("UNAVAILABLE"), "CARD_ASI_FAILED"],
    ["ASI", "OPEN", false, asi("UNAVAILABLE"), "GRANTED FREE"],
    ["ASI", "OPEN", false, asi("FAILED"), "CARD_ASI_FAILED"],
    ["ASI", "CLOSED", true, asi("PASSED"), "GRANTED FREE"],
    ["ASI_THEN_AMOUNT", "CLOSED", false, amount("PASSED"), "NEEDS verification"],
    ["ASI_THEN_AMOUNT", "CLOSED", true, asi("PASSED"), "NEEDS verification"],
    ["ASI_THEN_AMOUNT", "CLOSED", true, amount("PASSED"), "GRANTED FREE"],
    ["ASI_THEN_AMOUNT", "CLOSED", true, amount("FAILED"), "CARD_AMOUNT_AUTH_FAILED"],
    ["ASI_THEN_AMOUNT", "CLOSED", true, amount("INSUFFICIENT_FUNDS"), "CARD_AUTH_INSUFFICIENT_FUNDS"],
    ["ASI_THEN_AMOUNT", "CLOSED", true, amount("UNAVAILABLE"), "CARD_AMOUNT_AUTH_FAILED"],
    ["ASI_THEN_AMOUNT", "OPEN", true, amount("UNAVAILABLE"), "GRANTED FREE"],
    ["NONE", "CLOSED", true, null, "GRANTED FREE"],
  ] as const)("%s, %s, failed before: %s, %o: %s", (mode, onFailure, asiFailed, verification, expected) => {
    const facts = { verification, card: cardOf({ asiFailed }) };
    expect(inShort(verdictOn(facts, versionOf({ verification: { mode, onFailure } })))).toBe(expected);
  });
});

const NOT_MET = { answer: "NOT_MET", reason: null } as const;

describe("the external rule", () => {
  test.each([
    ["CLOSED", null, "NEEDS externalRule"],
    ["CLOSED", "MET", "GRANTED FREE"],
    ["CLOSED", "NOT_MET", "UNMET_REQUIREMENTS"],
    ["CLOSED", "UNAVAILABLE", "UNMET_REQUIREMENTS"],
    ["OPEN", "UNAVAILABLE", "GRANTED FREE"],
    ["OPEN", "NOT_MET", "UNMET_REQUIREMENTS"],
  ] as const)("%s, answer %s: %s", (onFailure, answer, expected) => {
    const version = versionOf({ externalRule: { ruleId: "vip", onFailure } });
    const externalAnswers = new Map(answer === null ? [] : [[version.id, { answer, reason: null }]]);
    expect(inShort(verdictOn({ externalAnswers }, version))).toBe(expected);
  });

  test("is not asked while a preferred ruleset grants, nor where something else fails", () => {
    const plain = versionOf({ priority: 1 });
    const asks = versionOf({ priority: 2, externalRule: { ruleId: "vip" } }, { id: RULESETS[1] });
    const asksInVain = versionOf({ externalRule: { ruleId: "vip" }, criteria: { enrolledOnly: true } });
    expect(inShort(verdictOn({}, plain, asks))).toBe("GRANTED FREE");
    expect(inShort(verdictOn({}, asksInVain))).toBe("UNMET_REQUIREMENTS");
  });

  test("not met, the next in order of preference is asked", () => {
    const first = versionOf({ priority: 1, externalRule: { ruleId: "vip" } });
    const second = versionOf({ priority: 2, externalRule: { ruleId: "gold" } }, { id: RULESETS[1] });
    const verdict = verdictOn({ externalAnswers: new Map([[first.id, NOT_MET]]) }, first, second);
    expect(verdict).toMatchObject({ kind: "needs", need: { rulesetId: RULESETS[1], ruleId: "gold" } });
  });
});

describe("when it may succeed", () => {
  const twice = visitOf({ at: NOW - 2 * DAY });
  test.each<readonly [string, Partial<RulesetInput>, Partial<CheckFacts>, string | null]>([
    [
      "open entry: when it lapses",
      {},
      { card: cardOf({ open: { accessId: "a", expiresAt: NOW + 5 } }) },
      iso(NOW + 5),
    ],
    [
      "cooldown: when it is over",
      {},
      {
        location: placeOf({ cooldownMinutes: 60 }),
        card: cardOf({ visits: [visitOf({ at: NOW - MINUTE })] }),
      },
      iso(NOW + 59 * MINUTE),
    ],
    [
      "rolling: when the first visit leaves",
      { cardholder: { free: 1, window: { kind: "ROLLING", days: 7 } } },
      { card: cardOf({ visits: [twice] }) },
      iso(NOW + 5 * DAY),
    ],
    [
      "calendar: the next unit",
      { cardholder: { free: 1, window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" } } },
      { card: cardOf({ visits: [twice] }) },
      "2027-03-31T22:00:00.000Z",
    ],
    [
      "validity: never",
      { cardholder: { free: 1, window: { kind: "VALIDITY" } } },
      { card: cardOf({ visits: [twice] }) },
      null,
    ],
    ["no window: never", { cardholder: { free: 1 } }, { card: cardOf({ visits: [twice] }) }, null],
    [
      "beyond the ruleset's validity: never",
      { validTo: iso(NOW + 5 * DAY), cardholder: { free: 1, window: { kind: "ROLLING", days: 7 } } },
      { card: cardOf({ visits: [twice] }) },
      null,
    ],
    [
      "budget: when the first visit of all cards leaves",
      { totalUsage: { max: 1, window: { kind: "ROLLING", days: 1 } } },
      { budgets: new Map([[RULESETS[0], budgetOf([NOW - 5])]]) },
      iso(NOW - 5 + DAY),
    ],
    [
      "budget beyond the ruleset's validity: never",
      { validTo: iso(NOW - 5 + DAY), totalUsage: { max: 1, window: { kind: "ROLLING", days: 1 } } },
      { budgets: new Map([[RULESETS[0], budgetOf([NOW - 5])]]) },
      null,
    ],
    [
      "budget of nothing: never",
      { totalUsage: { max: 0 } },
      { budgets: new Map([[RULESETS[0], budgetOf([])]]) },
      null,
    ],
  ])("%s", (_name, input, facts, expected) => {
    expect(verdictOn(facts, versionOf(input))).toMatchObject({ kind: "rejected", nextFreeAt: expected });
  });
});

describe("the ruleset that got furthest gives the reason", () => {
  const notEnrolled = { criteria: { enrolledOnly: true } };
  const usedUp = { cardholder: { free: 0 } };

  test.each([
    [1, 2],
    [2, 1],
  ])("whichever is preferred (priorities %i and %i)", (ofEarly, ofFar) => {
    const early = versionOf({ ...notEnrolled, priority: ofEarly });
    const far = versionOf({ ...usedUp, priority: ofFar }, { id: RULESETS[1] });
    const verdict = verdictOn({}, early, far);
    expect(verdict).toMatchObject({ code: "LIMIT_EXCEEDED", ruleset: { id: RULESETS[1] } });
  });

  test("of two that got equally far, the preferred", () => {
    const first = versionOf({ ...usedUp, priority: 2 });
    const second = versionOf({ ...usedUp, priority: 1 }, { id: RULESETS[1] });
    expect(verdictOn({}, first, second)).toMatchObject({ ruleset: { id: RULESETS[1] } });
  });

  test("a refused external rule got further than a used up limit", () => {
    const limit = versionOf({ ...usedUp, priority: 1 });
    const external = versionOf({ priority: 2, externalRule: { ruleId: "vip" } }, { id: RULESETS[1] });
    const verdict = verdictOn({ externalAnswers: new Map([[RULESETS[1], NOT_MET]]) }, limit, external);
    expect(verdict).toMatchObject({ code: "UNMET_REQUIREMENTS", ruleset: { id: RULESETS[1] } });
  });
});

test("the trace tells of each condition what it asked and what it saw, in order", () => {
  const window = { kind: "ROLLING", days: 7 } as const;
  const version = versionOf({ cardholder: { free: 2, perLocation: 2, window }, totalUsage: { max: 9 } });
  const verdict = verdictOn(
    { card: cardOf({ visits: [visitOf()] }), budgets: new Map([[version.id, budgetOf([NOW - DAY])]]) },
    version,
  );
  if (verdict.kind === "needs") throw new Error("nothing was needed");
  const bounds = { from: iso(NOW - 7 * DAY + 1), to: iso(NOW + 1) };
  const ofCard = { rulesetId: null, pass: true };
  const ofRuleset = { rulesetId: version.id, pass: true };
  expect(verdict.trace).toStrictEqual([
    { condition: "cardNotFrozen", required: false, seen: false, ...ofCard },
    { condition: "noOpenEntry", required: null, seen: null, ...ofCard },
    {
      condition: "locationVisitsLeft",
      required: { perLocation: 2, window },
      seen: { visitsHere: 1, ...bounds },
      ...ofRuleset,
    },
    {
      condition: "visitLeft",
      required: { free: 2, paid: 0, window },
      seen: { freeLeft: 1, paidLeft: 0, ...bounds },
      ...ofRuleset,
    },
    {
      condition: "budgetLeft",
      required: { max: 9, window: null },
      seen: { used: 1, from: null, to: null },
      ...ofRuleset,
    },
  ]);
});

const HERE = { locationIds: [LOCATION] };
const IN_POLAND = { countries: ["POL"] };
const RANGE = { ica: "0001234", accountRanges: [{ low: "5100", high: "5199" }] };
const PAID = { free: 0, paid: 1, fee: { amount: "25", currency: "EUR" } };

/** The winner has the greater id, so that nothing but what the row says makes it win. */
const WINNERS: readonly (readonly [string, Partial<RulesetInput>, Partial<RulesetInput>])[] = [
  [
    "lower priority number, though paid and less specific",
    { priority: 1, cardholder: PAID },
    { priority: 2, criteria: { services: ["LOUNGE"] } },
  ],
  ["free before paid, though less specific", {}, { cardholder: PAID, criteria: { icas: [RANGE] } }],
  [
    "account range before whole ICA",
    { criteria: { icas: [RANGE] } },
    {
      criteria: {
        icas: [{ ica: "0001234" }],
        productCodes: ["WLE"],
        issuerCountries: ["POL"],
        locations: HERE,
        services: ["LOUNGE"],
      },
    },
  ],
  [
    "ICA before product, country, location and service",
    { criteria: { icas: [{ ica: "0001234" }] } },
    { criteria: { productCodes: ["WLE"], issuerCountries: ["POL"], locations: HERE, services: ["LOUNGE"] } },
  ],
  [
    "product before country, location and service",
    { criteria: { productCodes: ["WLE"] } },
    { criteria: { issuerCountries: ["POL"], locations: HERE, services: ["LOUNGE"] } },
  ],
  [
    "country before location and service",
    { criteria: { issuerCountries: ["POL"] } },
    { criteria: { locations: HERE, services: ["LOUNGE"] } },
  ],
  [
    "named location before its country and service",
    { criteria: { locations: HERE } },
    { criteria: { locations: IN_POLAND, services: ["LOUNGE"] } },
  ],
  [
    "location's country before service",
    { criteria: { locations: IN_POLAND } },
    { criteria: { services: ["LOUNGE"] } },
  ],
  ["named service before any", { criteria: { services: ["LOUNGE"] } }, {}],
  [
    "a location named among countries is named",
    { criteria: { locations: { ...HERE, countries: ["POL"] } } },
    { criteria: { locations: IN_POLAND } },
  ],
];

test.each(WINNERS)("winner: %s", (_name, better, worse) => {
  const winner = versionOf(better, { id: RULESETS[1] });
  const loser = versionOf(worse, { id: RULESETS[0] });
  expect(verdictOn({}, loser, winner)).toMatchObject({ kind: "granted", ruleset: { id: winner.id } });
  expect(verdictOn({}, winner, loser)).toMatchObject({ kind: "granted", ruleset: { id: winner.id } });
});

test("winner: at last the lower id", () => {
  const [first, second] = [versionOf(), versionOf({}, { id: RULESETS[1] })];
  expect(verdictOn({}, second, first)).toMatchObject({ ruleset: { id: first.id } });
});

test("winner: one that refuses leaves the place to the next, and the visit counts there only", () => {
  const usedUp = versionOf({ priority: 1, cardholder: { free: 1 } });
  const next = versionOf({ priority: 2, cardholder: { free: 1 } }, { id: RULESETS[1] });
  const card = cardOf({ visits: [visitOf({ locationId: LOCATIONS[1] })] });
  expect(verdictOn({ card }, usedUp, next)).toMatchObject({
    kind: "granted",
    ruleset: { id: next.id },
    available: { free: 1 },
  });
});
