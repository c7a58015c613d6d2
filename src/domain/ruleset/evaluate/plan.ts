import type { Issuer } from "../../accountRange.ts";
import type { Instant } from "../../time.ts";
import type { Site, Portfolio } from "./portfolio.ts";

/** What has to be read before a decision: no more than the rulesets that may apply look at. */
export interface ReadingPlan {
  readonly spend: boolean;
  /** Rulesets whose budget is looked at. */
  readonly budgets: readonly string[];
}

export function readingPlan(
  portfolio: Portfolio,
  issuer: Issuer | null,
  site: Site,
  now: Instant,
): ReadingPlan {
  let spend = false;
  const budgets: string[] = [];
  for (const { ruleset } of portfolio.candidates(issuer, site)) {
    // One that is to come tells when a card that is refused now may enter.
    if (now >= ruleset.activeTo) continue;
    if (ruleset.spend !== null) spend = true;
    if (ruleset.budget !== null) budgets.push(ruleset.id);
  }
  return { spend, budgets };
}
