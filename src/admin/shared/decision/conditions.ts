import type { Texts } from "../../texts/texts.ts";
import type { AnswerOf } from "../../api/answerOf.ts";

type Details = AnswerOf<"/api/operations/{accessId}">;
export type TraceStep = Details["trace"][number];
export type NearMiss = Details["nearMisses"][number];

/** A decision that was made on a card, or would be made on an example. */
export interface Decided {
  readonly isGranted: boolean;
  readonly trace: readonly TraceStep[];
  readonly nearMisses: readonly NearMiss[];
  readonly decidedBy: string | null;
  /** Those that are known by their names. */
  readonly rulesets: readonly { readonly id: string; readonly name: string; readonly version: number }[];
}

/** Every condition that a decision looks at, by the five stages of precedence. */
export const STAGES = [
  { name: "terminal", conditions: ["terminalHasLocation"] },
  { name: "rules", conditions: ["someRulesetApplies"] },
  {
    name: "card",
    conditions: ["cardNotReplaced", "cardNotExpired", "cardNotFrozen", "noOpenEntry", "cooldownOver"],
  },
  {
    name: "ruleset",
    conditions: [
      "cardEnrolled",
      "terminalTrusted",
      "spendReached",
      "locationVisitsLeft",
      "visitLeft",
      "budgetLeft",
      "externalRuleMet",
    ],
  },
  { name: "verification", conditions: ["cardVerified"] },
] as const;

export type StageName = (typeof STAGES)[number]["name"];
export type ConditionName = (typeof STAGES)[number]["conditions"][number];

export function isKnown(name: string): name is ConditionName {
  return STAGES.some(({ conditions }) => conditions.some((one) => one === name));
}

/** How values of a trace are said. */
export interface Speech {
  readonly texts: Texts;
  readonly time: (at: string) => string;
  readonly money: (money: { readonly amount: string; readonly currency: string }) => string;
}

/** What a condition wanted, and what it saw, in words. */
export interface Words {
  readonly required: string;
  readonly seen: string;
}

export type Renderer = (step: TraceStep, speech: Speech) => Words;
