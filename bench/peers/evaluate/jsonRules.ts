import { z } from "zod";
import { load } from "./load.ts";
import { type Benefit, type Engine, type Request, type Row, rows } from "./portfolio.ts";

/**
 * json-rules-engine: one rule a row, one engine for all requests, facts as constants, and conditions
 * with priorities as its guide on speed asks: what rules most out is looked at first. The rules all run;
 * the most preferred of those that fit is the answer (telling it by rule priority was slower).
 */

interface RulesEngine {
  addRule(rule: object): unknown;
  addFact(
    id: string,
    compute: (params: { readonly ruleset: string }, almanac: Almanac) => Promise<number>,
  ): unknown;
  run(facts: object): Promise<{ readonly events: readonly { readonly type: string }[] }>;
}
interface Almanac {
  factValue(id: string): Promise<Readonly<Record<string, number>>>;
}

const module = z.object({
  Engine: z.custom<new () => RulesEngine>((value) => typeof value === "function"),
});

export function jsonRules(portfolio: readonly Benefit[]): Engine {
  const { Engine } = load("json-rules-engine", module);
  const engine = new Engine();
  const table = rows(portfolio);
  table.forEach((row, index) =>
    engine.addRule({ conditions: { all: conditions(row) }, event: { type: String(index) } }),
  );
  for (const used of ["freeUsed", "paidUsed", "hereUsed"]) {
    engine.addFact(
      `${used}Of`,
      async ({ ruleset }, almanac) => (await almanac.factValue(used))[ruleset] ?? 0,
    );
  }
  return {
    name: "json-rules-engine",
    decide: async ({ facts: _facts, ...context }: Request) => {
      const { events } = await engine.run(context);
      return table[Math.min(...events.map((event) => Number(event.type)))] ?? null;
    },
  };
}

function conditions(row: Row): object[] {
  const equal = (fact: string, value: string | null, priority: number): object[] =>
    value === null ? [] : [{ fact, operator: "equal", value, priority }];
  const among = (fact: string, value: readonly string[] | null): object[] =>
    value === null ? [] : [{ fact, operator: "in", value, priority: 4 }];
  const used = (fact: string, operator: string, value: number): object => ({
    fact,
    operator,
    value,
    params: { ruleset: row.id },
    priority: 1,
  });
  return [
    ...equal("ica", row.ica, 8),
    ...equal("issuerCountry", row.issuerCountry, 8),
    ...equal("product", row.product, 6),
    ...equal("service", row.service, 5),
    ...among("country", row.countries),
    ...among("location", row.locations),
    used("freeUsedOf", row.cost === "FREE" ? "lessThan" : "greaterThanInclusive", row.free),
    ...(row.cost === "PAID" && Number.isFinite(row.paid) ? [used("paidUsedOf", "lessThan", row.paid)] : []),
    ...(row.perLocation === null ? [] : [used("hereUsedOf", "lessThan", row.perLocation)]),
  ];
}
