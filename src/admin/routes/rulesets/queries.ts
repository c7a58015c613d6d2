import { queryOptions } from "@tanstack/react-query";
import type { rulesetInput } from "../../../domain/ruleset/input.ts";
import type { SimulationInput } from "../../../domain/ruleset/simulationInput.ts";
import type { z } from "zod";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import { type Answered, api, ask, tell } from "../../api/client.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type RulesetItem = ItemOf<"/api/rulesets">;
export type Ruleset = AnswerOf<"/api/rulesets/{id}">;
export type RulesetVersion = ItemOf<"/api/rulesets/{id}/versions">;
export type RulesetInput = z.infer<typeof rulesetInput>;

export function rulesetsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<RulesetItem> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["rulesets", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/rulesets", { params: { query } }))).body,
  };
}

/** How many there are in each phase, by the list's other filters. */
export function phasesQuery(search: ListSearch, filters: readonly Filter[]) {
  const {
    phase: _phase,
    limit: _limit,
    cursor: _cursor,
    sort: _sort,
    ...query
  } = listQueryOf(search, filters);
  return queryOptions({
    queryKey: ["rulesets", "phases", query],
    queryFn: async () => (await ask(() => api.GET("/api/rulesets/phases", { params: { query } }))).body.items,
  });
}

export function rulesetQuery(id: string) {
  return queryOptions({
    queryKey: ["rulesets", "one", id],
    queryFn: async () => await ask(() => api.GET("/api/rulesets/{id}", { params: { path: { id } } })),
  });
}

const MOST = "500";

/** All that are in force; null where they are more than can be looked at here. */
export function rulesetsInForceQuery() {
  return queryOptions({
    queryKey: ["rulesets", "inForce"],
    queryFn: async () => {
      const params = { query: { phase: "IN_FORCE" as const, sort: "name" as const, limit: MOST } };
      const { items, nextCursor } = (await ask(() => api.GET("/api/rulesets", { params }))).body;
      return nextCursor === null ? items : null;
    },
    staleTime: 60_000,
  });
}

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: ["rulesets", "versions", id],
    queryFn: async () =>
      (await ask(() => api.GET("/api/rulesets/{id}/versions", { params: { path: { id } } }))).body.items,
  });
}

/** What was seen when it was decided, and which try it is. */
export interface Writing {
  readonly etag: string | null;
  readonly intent: string;
}

function headerOf({ etag, intent }: Writing) {
  return { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
}

export async function createRuleset(body: RulesetInput, intent: string): Promise<Answered<Ruleset>> {
  return await ask(() =>
    api.POST("/api/rulesets", { body, params: { header: { "Idempotency-Key": intent } } }),
  );
}

export async function draftRuleset(
  id: string,
  body: RulesetInput,
  writing: Writing,
): Promise<Answered<Ruleset>> {
  const header = headerOf(writing);
  return await ask(() => api.PUT("/api/rulesets/{id}", { body, params: { path: { id }, header } }));
}

export async function publishRuleset(
  id: string,
  body: { readonly at: string | null; readonly replaceScheduled: boolean },
  writing: Writing,
): Promise<Answered<Ruleset>> {
  const header = headerOf(writing);
  return await ask(() => api.POST("/api/rulesets/{id}/publish", { body, params: { path: { id }, header } }));
}

export async function unscheduleRuleset(id: string, writing: Writing): Promise<void> {
  const header = headerOf(writing);
  await tell(() => api.POST("/api/rulesets/{id}/unschedule", { body: {}, params: { path: { id }, header } }));
}

export async function retireRuleset(id: string, writing: Writing): Promise<void> {
  const header = headerOf(writing);
  await tell(() => api.POST("/api/rulesets/{id}/retire", { body: {}, params: { path: { id }, header } }));
}

export async function deleteDraft(id: string, writing: Writing): Promise<void> {
  const header = headerOf(writing);
  await tell(() => api.DELETE("/api/rulesets/{id}", { params: { path: { id }, header } }));
}

export type Finding = ItemOfLint;
type ItemOfLint = Awaited<ReturnType<typeof lintRuleset>>[number];

async function lintRuleset(body: RulesetInput, id: string | null, signal: AbortSignal) {
  const sent = { ruleset: body, rulesetId: id };
  return (await ask(() => api.POST("/api/rulesets/lint", { body: sent, signal }))).body.findings;
}

/**
 * What stands out in a rule that is typed; one that is overtaken is not waited for, and one that the server would not take is
 * not looked at.
 */
export function lintQuery(body: unknown, id: string | null) {
  return queryOptions({
    queryKey: ["rulesets", "lint", id, body],
    queryFn: async ({ signal }) => {
      const { rulesetInput } = await import("../../../domain/ruleset/input.ts");
      const known = Object.keys(rulesetInput.shape);
      const parsed = rulesetInput.safeParse(onlyMembers(body, known));
      return parsed.success ? await lintRuleset(parsed.data, id, signal) : [];
    },
    staleTime: 30_000,
  });
}

/** Without what answers add to a body. */
function onlyMembers(body: unknown, known: readonly string[]): unknown {
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => known.includes(name)));
}

export type Simulation = Awaited<ReturnType<typeof simulateRulesets>>;

async function simulateRulesets(body: SimulationInput, signal: AbortSignal) {
  return (await ask(() => api.POST("/api/rulesets/simulate", { body, signal }))).body;
}

/** What the rules would decide on an example; one that is overtaken is not waited for. */
export function simulationQuery(body: SimulationInput | null) {
  return queryOptions({
    queryKey: ["rulesets", "simulation", body],
    queryFn: async ({ signal }) => (body === null ? null : await simulateRulesets(body, signal)),
    staleTime: 30_000,
  });
}
