import { cardLimits, type CardLimits, validityOf } from "../../ruleset/evaluate/compile.ts";
import type { Validity } from "../../window.ts";
import type { OfflineRules } from "./events.ts";

/** What a report keeps of its ruleset, made ready to count by. */

const known = new WeakMap<OfflineRules, { readonly limits: CardLimits; readonly validity: Validity }>();
/** Of an entry that no ruleset lets in: it costs nothing, and uses nothing up. */
const WITHOUT_RULE = {
  limits: cardLimits({ cardholder: null, guests: null }),
  validity: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
};

export function limitsOf(rules: OfflineRules | null): {
  readonly limits: CardLimits;
  readonly validity: Validity;
} {
  if (rules === null) return WITHOUT_RULE;
  let compiled = known.get(rules);
  if (compiled === undefined) {
    compiled = { limits: cardLimits(rules), validity: validityOf(rules) };
    known.set(rules, compiled);
  }
  return compiled;
}
