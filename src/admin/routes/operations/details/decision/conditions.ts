import type { Texts } from "../../../../texts/texts.ts";
import type { OperationDetails } from "../../queries.ts";

export type TraceStep = OperationDetails["trace"][number];

/** Every condition that a decision looks at, by the five stages of precedence. */
export const STAGES = [
  { name: "terminal", conditions: ["terminalHasLocation"] },
  { name: "rules", conditions: ["someRulesetApplies"] },
  { name: "card", conditions: ["cardNotExpired", "cardNotFrozen", "noOpenEntry", "cooldownOver"] },
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
