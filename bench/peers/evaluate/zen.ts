import { z } from "zod";
import { load } from "./load.ts";
import { type Benefit, type Engine, type Row, rows } from "./portfolio.ts";

/** GoRules ZEN: one decision table with hit policy "first", compiled once (`ZenDecisionContent`), without its trace. */

interface Decision {
  evaluate(context: unknown): Promise<{ readonly result: unknown }>;
}
type NewEngine = new () => { createDecision(content: object): Decision };
type NewContent = new (content: object) => object;

const isClass = (value: unknown): boolean => typeof value === "function";
const module = z.object({
  ZenEngine: z.custom<NewEngine>(isClass),
  ZenDecisionContent: z.custom<NewContent>(isClass),
});
const result = z.object({ answer: z.number().nullish() }).nullish();

export function zen(portfolio: readonly Benefit[]): Engine {
  const { ZenEngine, ZenDecisionContent } = load("@gorules/zen-engine", module);
  const table = rows(portfolio);
  const decision = new ZenEngine().createDecision(new ZenDecisionContent(graph(table)));
  return {
    name: "@gorules/zen-engine",
    decide: async ({ facts: _facts, ...context }) => {
      const answer = result.parse((await decision.evaluate(context)).result)?.answer ?? null;
      return answer === null ? null : (table[answer] ?? null);
    },
  };
}

const FIELDS = ["ica", "issuerCountry", "product", "service", "country", "location"] as const;

function graph(table: readonly Row[]): object {
  const position = { x: 0, y: 0 };
  const inputs = [
    ...FIELDS.map((field) => ({ id: field, name: field, field })),
    { id: "limits", name: "limits" },
  ];
  const content = {
    hitPolicy: "first",
    inputs,
    outputs: [{ id: "answer", name: "answer", field: "answer" }],
    rules: table.map((row, index) => ({
      _id: String(index),
      ica: text([row.ica]),
      issuerCountry: text([row.issuerCountry]),
      product: text([row.product]),
      service: text([row.service]),
      country: text(row.countries ?? []),
      location: text(row.locations ?? []),
      limits: limits(row),
      answer: String(index),
    })),
  };
  return {
    contentType: "application/vnd.gorules.decision",
    nodes: [
      { id: "in", type: "inputNode", name: "in", position },
      { id: "table", type: "decisionTableNode", name: "table", position, content },
      { id: "out", type: "outputNode", name: "out", position },
    ],
    edges: [
      { id: "a", sourceId: "in", targetId: "table", type: "edge" },
      { id: "b", sourceId: "table", targetId: "out", type: "edge" },
    ],
  };
}

function text(values: readonly (string | null)[]): string {
  return values.flatMap((value) => (value === null ? [] : [JSON.stringify(value)])).join(",");
}

function limits(row: Row): string {
  const used = (tier: string): string => `(${tier}["${row.id}"] ?? 0)`;
  const conditions = [
    row.cost === "FREE"
      ? `${used("freeUsed")} < ${String(row.free)}`
      : `${used("freeUsed")} >= ${String(row.free)}`,
    ...(row.cost === "PAID" && Number.isFinite(row.paid)
      ? [`${used("paidUsed")} < ${String(row.paid)}`]
      : []),
    ...(row.perLocation === null ? [] : [`${used("hereUsed")} < ${String(row.perLocation)}`]),
  ];
  return conditions.join(" and ");
}
