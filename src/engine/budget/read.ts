import type { CheckEntry } from "../../domain/card/check.ts";
import { quotaStream } from "../../domain/quota/events.ts";
import type { QuotaState } from "../../domain/quota/state.ts";
import type { BudgetFacts } from "../../domain/ruleset/evaluate/facts.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import { placesTaken } from "../../domain/ruleset/evaluate/usage.ts";
import { windowBounds } from "../../domain/window.ts";
import type { Services } from "../services.ts";
import type { Folded } from "../streams.ts";

/** The budget as it is now: read anew, because a refusal that rests on it writes nothing there. */
export async function readQuota(services: Services, rulesetId: string): Promise<Folded<QuotaState>> {
  return await services.streams.quota.refresh(quotaStream(rulesetId));
}

/** What a check has to know of each ruleset's budget, and what is kept of it beside the verdict. */
export async function readBudgets(
  services: Services,
  portfolio: Portfolio,
  rulesetIds: readonly string[],
  accessId: string,
  now: number,
): Promise<{
  readonly facts: ReadonlyMap<string, BudgetFacts>;
  readonly evidence: CheckEntry["evidence"]["budgets"];
}> {
  const facts = new Map<string, BudgetFacts>();
  const evidence: CheckEntry["evidence"]["budgets"] = [];
  for (const rulesetId of new Set(rulesetIds)) {
    const { state, revision } = await readQuota(services, rulesetId);
    const budget = { held: state.instants, open: state.open, own: accessId };
    const ruleset = portfolio.inForce(rulesetId, now);
    const validity = ruleset?.validity ?? { from: 0, to: 0 };
    const bounds = windowBounds(ruleset?.budget?.window ?? null, now, validity);
    facts.set(rulesetId, budget);
    evidence.push({ rulesetId, revision, used: placesTaken(budget, bounds) });
  }
  return { facts, evidence };
}
