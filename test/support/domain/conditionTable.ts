import type { RejectionCode } from "../../../src/domain/codes.ts";
import type { CheckFacts } from "../../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { MINUTE } from "../../../src/domain/time.ts";
import { cardOf, NOW, placeOf, purchaseOf, spendFactsOf, visitOf } from "./fixtures.ts";
import { budgetOf } from "./holds.ts";
import { LOCATIONS, RULESET, RULESETS } from "./ids.ts";

/** One ruleset and the facts it is asked with; steps add to it. */
export interface Setup {
  readonly input: Partial<RulesetInput>;
  readonly facts: Partial<CheckFacts>;
}

export const NOTHING_ASKED: Setup = { input: {}, facts: { card: cardOf() } };

export interface Row {
  readonly condition: string;
  readonly code: RejectionCode;
  /** The ruleset or the place asks for it, and the facts do not have it. */
  readonly fails: (setup: Setup) => Setup;
  /** As little is missing as can be: asked for as above, and the facts just have it. */
  readonly passes: (setup: Setup) => Setup;
}

function asking(input: Partial<RulesetInput>): (setup: Setup) => Setup {
  return (setup) => ({
    ...setup,
    input: {
      ...setup.input,
      ...input,
      ...(input.criteria == null ? {} : { criteria: { ...setup.input.criteria, ...input.criteria } }),
      ...(input.cardholder == null ? {} : { cardholder: { ...setup.input.cardholder, ...input.cardholder } }),
    },
  });
}

function facing(facts: Partial<CheckFacts>): (setup: Setup) => Setup {
  return (setup) => ({ ...setup, facts: { ...setup.facts, ...facts } });
}

function withCard(card: Partial<CheckFacts["card"]>): (setup: Setup) => Setup {
  return (setup) => {
    const before = setup.facts.card ?? cardOf();
    const visits = [...before.visits, ...(card.visits ?? [])];
    return { ...setup, facts: { ...setup.facts, card: { ...before, ...card, visits } } };
  };
}

function both(first: (setup: Setup) => Setup, second: (setup: Setup) => Setup): (setup: Setup) => Setup {
  return (setup) => second(first(setup));
}

const ENROLLED = asking({ criteria: { enrolledOnly: true } });
const ATTESTED = asking({ criteria: { minimumTrust: "ATTESTED" } });
const SPEND = asking({ spend: { amount: "100.00", currency: "EUR", days: 30 } });
const ONCE_HERE = asking({ cardholder: { perLocation: 1, free: "UNLIMITED" } });
const ONCE = asking({ cardholder: { free: 1 } });
const BUDGET = asking({ totalUsage: { max: 2 } });
const EXTERNAL = asking({ externalRule: { ruleId: "vip" } });
const VERIFIED = asking({ verification: { mode: "ASI" } });
const COOLDOWN = facing({ location: placeOf({ cooldownMinutes: 60 }) });

/** Under another ruleset, so that it uses up nothing of this one. */
const visitMinutesAgo = (minutes: number): ReturnType<typeof withCard> =>
  withCard({ visits: [visitOf({ rulesetId: RULESETS[3], confirmedAt: NOW - minutes * MINUTE })] });

/** THE table, in order of precedence. */
export const TABLE: readonly Row[] = [
  {
    condition: "terminalHasLocation",
    code: "UNKNOWN_DEVICE",
    fails: facing({ location: null }),
    passes: facing({ location: placeOf() }),
  },
  {
    condition: "someRulesetApplies",
    code: "MISSING_ACCESS_RULES",
    fails: asking({ criteria: { services: ["FAST_LINE"] } }),
    passes: asking({ criteria: { services: ["LOUNGE"] } }),
  },
  {
    condition: "cardNotReplaced",
    code: "CARD_REPLACED",
    fails: withCard({ replaced: true }),
    passes: withCard({ replaced: false }),
  },
  {
    condition: "cardNotExpired",
    code: "CARD_EXPIRED",
    fails: facing({ cardExpiresAt: NOW }),
    passes: facing({ cardExpiresAt: NOW + 1 }),
  },
  {
    condition: "cardNotFrozen",
    code: "CARD_FROZEN",
    fails: withCard({ frozen: true }),
    passes: withCard({ frozen: false }),
  },
  {
    condition: "noOpenEntry",
    code: "TEMPORARILY_BLOCKED",
    fails: withCard({ open: { accessId: "a", expiresAt: NOW + 1 } }),
    passes: withCard({ open: { accessId: "a", expiresAt: NOW } }),
  },
  {
    condition: "cooldownOver",
    code: "COOLDOWN_ACTIVE",
    fails: both(COOLDOWN, visitMinutesAgo(59)),
    passes: both(COOLDOWN, visitMinutesAgo(60)),
  },
  {
    condition: "cardEnrolled",
    code: "UNMET_REQUIREMENTS",
    fails: both(ENROLLED, withCard({ enrolled: false })),
    passes: both(ENROLLED, withCard({ enrolled: true })),
  },
  {
    condition: "terminalTrusted",
    code: "UNMET_REQUIREMENTS",
    fails: both(ATTESTED, facing({ terminalTrust: "KEY" })),
    passes: both(ATTESTED, facing({ terminalTrust: "ATTESTED" })),
  },
  {
    condition: "spendReached",
    code: "UNMET_REQUIREMENTS",
    fails: both(SPEND, facing({ spend: spendFactsOf(purchaseOf({ minor: 9_999n })) })),
    passes: both(SPEND, facing({ spend: spendFactsOf(purchaseOf({ minor: 10_000n })) })),
  },
  {
    condition: "locationVisitsLeft",
    code: "LIMIT_EXCEEDED",
    fails: both(ONCE_HERE, withCard({ visits: [visitOf()] })),
    passes: both(ONCE_HERE, withCard({ visits: [visitOf({ locationId: LOCATIONS[1] })] })),
  },
  {
    condition: "visitLeft",
    code: "LIMIT_EXCEEDED",
    fails: both(ONCE, withCard({ visits: [visitOf({ locationId: LOCATIONS[1] })] })),
    passes: both(ONCE, withCard({ visits: [visitOf({ rulesetId: RULESETS[3] })] })),
  },
  {
    condition: "budgetLeft",
    code: "LIMIT_EXCEEDED",
    fails: both(BUDGET, facing({ budgets: new Map([[RULESET, budgetOf([NOW - 2], [NOW - 1])]]) })),
    passes: both(BUDGET, facing({ budgets: new Map([[RULESET, budgetOf([NOW - 1])]]) })),
  },
  {
    condition: "externalRuleMet",
    code: "UNMET_REQUIREMENTS",
    fails: both(
      EXTERNAL,
      facing({ externalAnswers: new Map([[RULESET, { answer: "NOT_MET", reason: null }]]) }),
    ),
    passes: both(
      EXTERNAL,
      facing({ externalAnswers: new Map([[RULESET, { answer: "MET", reason: null }]]) }),
    ),
  },
  {
    condition: "cardVerified",
    code: "CARD_ASI_FAILED",
    fails: both(VERIFIED, facing({ verification: { method: "ASI", outcome: "FAILED", responseCode: "05" } })),
    passes: both(
      VERIFIED,
      facing({ verification: { method: "ASI", outcome: "PASSED", responseCode: "00" } }),
    ),
  },
];
