import { z } from "zod";
import { load } from "./load.ts";
import { type Benefit, type Engine, type Row, rows } from "./portfolio.ts";

/**
 * Cedar: one `permit` a row, parsed once (`preparsePolicySet`, `statefulIsAuthorized`). It names all
 * policies that permit; the most preferred of them is the answer. The issuer stands in the policies'
 * scope, as its guide on speed asks.
 */

const answer = z.union([
  z.object({
    type: z.literal("success"),
    response: z.object({
      decision: z.string(),
      diagnostics: z.object({ reason: z.array(z.string()), errors: z.array(z.unknown()).max(0) }),
    }),
  }),
  z.object({ type: z.literal("failure"), errors: z.array(z.unknown()).max(0) }),
]);

const isFunction = (value: unknown): boolean => typeof value === "function";
const module = z.object({
  preparsePolicySet: z.custom<(id: string, policies: object) => { readonly type: string }>(isFunction),
  statefulIsAuthorized: z.custom<(call: object) => unknown>(isFunction),
});

export function cedar(portfolio: readonly Benefit[]): Engine {
  const { preparsePolicySet, statefulIsAuthorized } = load("@cedar-policy/cedar-wasm/nodejs", module);
  const table = rows(portfolio);
  const preparsedPolicySetId = `portfolio-${String(portfolio.length)}`;
  const staticPolicies = Object.fromEntries(table.map((row, index) => [String(index), policy(row)]));
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  return {
    name: "@cedar-policy/cedar-wasm",
    decide: ({ facts: _facts, ica, issuerCountry, ...context }) => {
      const principal = { type: "Card", id: "card" };
      const call = {
        principal,
        action: { type: "Action", id: "enter" },
        resource: { type: "Place", id: context.location },
        context,
        preparsedPolicySetId,
        entities: [
          {
            uid: principal,
            attrs: {},
            parents: [
              { type: "Issuer", id: ica },
              { type: "Country", id: issuerCountry },
            ],
          },
        ],
      };
      const told = answer.parse(statefulIsAuthorized(call));
      if (told.type === "failure") throw new Error("cedar failed");
      return table[Math.min(...told.response.diagnostics.reason.map(Number))] ?? null;
    },
  };
}

function policy(row: Row): string {
  const who = row.ica !== null ? `Issuer::"${row.ica}"` : `Country::"${row.issuerCountry ?? ""}"`;
  const list = (values: readonly string[]): string =>
    `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
  const used = (tier: string): string =>
    `(if context.${tier} has "${row.id}" then context.${tier}["${row.id}"] else 0)`;
  const conditions = [
    ...(row.product === null ? [] : [`context.product == "${row.product}"`]),
    ...(row.service === null ? [] : [`context.service == "${row.service}"`]),
    ...(row.countries === null ? [] : [`${list(row.countries)}.contains(context.country)`]),
    ...(row.locations === null ? [] : [`${list(row.locations)}.contains(context.location)`]),
    `${used("freeUsed")} ${row.cost === "FREE" ? "<" : ">="} ${String(row.free)}`,
    ...(row.cost === "PAID" && Number.isFinite(row.paid)
      ? [`${used("paidUsed")} < ${String(row.paid)}`]
      : []),
    ...(row.perLocation === null ? [] : [`${used("hereUsed")} < ${String(row.perLocation)}`]),
  ];
  return `permit(principal in ${who}, action == Action::"enter", resource) when { ${conditions.join(" && ")} };`;
}
