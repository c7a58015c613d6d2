import { evaluate } from "../../../src/domain/ruleset/evaluate/evaluate.ts";
import { compilePortfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import { type Answer, type Benefit, type Request, versionOf } from "./portfolio.ts";

/** With the trace that every verdict has: there is no way to switch it off. */
export function ours(portfolio: readonly Benefit[]): {
  readonly name: string;
  readonly decide: (request: Request) => Answer;
} {
  const compiled = compilePortfolio(portfolio.map(versionOf));
  return {
    name: "Admittance",
    decide: ({ facts }) => {
      const verdict = evaluate(facts, compiled);
      return verdict.kind === "granted" ? { id: verdict.ruleset.id, cost: verdict.cost } : null;
    },
  };
}
