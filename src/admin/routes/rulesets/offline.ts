import type { RulesetForm } from "./form/model.ts";

/** What only the server can judge, in the order of the form. */
export type Unjudged = "enrolled" | "budget" | "limits" | "external" | "spend" | "verification";

/** Of that, what the rule asks for: a terminal without a line lets cards in that do not meet it. */
export function notJudgedOffline(form: RulesetForm): readonly Unjudged[] {
  const { criteria, totalUsage, cardholder, externalRule, spend, verification } = form;
  const asked: Readonly<Record<Unjudged, boolean>> = {
    enrolled: criteria.enrolledOnly,
    budget: totalUsage.mode !== "NONE",
    external: externalRule.mode !== "OFF",
    limits: cardholder.mode !== "NONE",
    spend: spend.mode !== "OFF",
    verification: verification.mode !== "NONE",
  };
  return UNJUDGED.filter((one) => asked[one]);
}

const UNJUDGED: readonly Unjudged[] = ["enrolled", "budget", "external", "limits", "spend", "verification"];
