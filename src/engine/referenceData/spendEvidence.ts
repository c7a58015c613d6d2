import { z } from "zod";
import type { CompiledSpend } from "../../domain/ruleset/evaluate/compile.ts";
import { evaluateSpend } from "../../domain/ruleset/evaluate/spend.ts";
import { type SpendLine, spendLines } from "../../domain/ruleset/evaluate/spendLines.ts";
import type { TraceStep } from "../../domain/ruleset/verdict.ts";
import { type Money, storedMoney } from "../../domain/money.ts";
import { DAY, instant } from "../../domain/time.ts";
import { scopeRevision } from "../gate/heads.ts";
import type { Services } from "../services.ts";
import { readSpendAgain } from "./spend.ts";

/** As the trace keeps a condition on spend. */
const required = z.object({
  amount: storedMoney,
  days: z.number(),
  mccs: z.array(z.string()).nullable(),
  graceDays: z.number(),
});
const seen = z.object({
  sum: storedMoney,
  metAt: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  watermark: z.string(),
});

/** How one ruleset's condition on spend was judged, transaction by transaction. */
export interface SpendEvidence {
  readonly rulesetId: string;
  readonly pass: boolean;
  readonly required: z.output<typeof required>;
  /** As it was decided. */
  readonly seen: z.output<typeof seen>;
  /** What the same transactions come to by what is stored now; another sum where rates were brought since, or the card was erased. */
  readonly sumNow: Money;
  /** The newest first. */
  readonly lines: readonly SpendLine[];
}

/** @param decided the decision's trace, and whose stream holds it */
export async function spendEvidence(
  { pool, db, rates }: Pick<Services, "pool" | "db" | "rates">,
  { cardId, trace }: { readonly cardId: string; readonly trace: readonly TraceStep[] },
): Promise<readonly SpendEvidence[]> {
  const revision = await scopeRevision(db, "rates");
  const found: SpendEvidence[] = [];
  for (const step of trace) {
    if (step.condition !== "spendReached" || step.rulesetId === null) continue;
    const wanted = required.parse(step.required);
    const judged = seen.parse(step.seen);
    const condition: CompiledSpend = {
      ...{ amount: wanted.amount, days: wanted.days, window: wanted.days * DAY, graceDays: wanted.graceDays },
      mccs: wanted.mccs === null ? null : new Set(wanted.mccs),
    };
    const now = instant(judged.to);
    const facts = await readSpendAgain(
      pool,
      { cardId, watermark: judged.watermark },
      now - condition.window - condition.graceDays * DAY,
      async (days) => await rates.at(revision, days),
    );
    found.push({
      ...{ rulesetId: step.rulesetId, pass: step.pass, required: wanted, seen: judged },
      sumNow: evaluateSpend(condition, now, facts).sum,
      lines: spendLines(condition, now, facts),
    });
  }
  return found;
}
