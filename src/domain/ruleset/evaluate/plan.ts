import type { Issuer } from "../../accountRange.ts";
import { DAY, type Instant } from "../../time.ts";
import type { Site, Portfolio } from "./portfolio.ts";

/** What has to be read before a decision: no more than the rulesets that may apply look at. */
export interface ReadingPlan {
  /** From when on a card's transactions may count, in windows and in the time of grace before; null: no spend is looked at. */
  readonly spendSince: Instant | null;
  /** Rulesets whose budget is looked at. */
  readonly budgets: readonly string[];
}

export function readingPlan(
  portfolio: Portfolio,
  issuer: Issuer | null,
  site: Site,
  now: Instant,
): ReadingPlan {
  let spendSince: Instant | null = null;
  const budgets: string[] = [];
  for (const { ruleset } of portfolio.candidates(issuer, site)) {
    // One that is to come tells when a card that is refused now may enter.
    if (now >= ruleset.activeTo) continue;
    if (ruleset.spend !== null) {
      const { window, graceDays } = ruleset.spend;
      spendSince = Math.min(spendSince ?? now, now - window - graceDays * DAY);
    }
    if (ruleset.budget !== null) budgets.push(ruleset.id);
  }
  return { spendSince, budgets };
}
