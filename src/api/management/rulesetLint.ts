import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import type { RulesetBody } from "../../domain/ruleset/events.ts";
import { rulesetInput } from "../../domain/ruleset/input.ts";
import {
  FINDING_KINDS,
  FINDING_SEVERITIES,
  type LintPlace,
  lintRuleset,
} from "../../domain/ruleset/lint/lint.ts";
import { currentVersion } from "../../domain/ruleset/stream.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { hasRatesFor, rangesOf } from "../../engine/referenceData/lintFacts.ts";
import { visibleLocation } from "../../engine/management/hierarchy.ts";
import { reply } from "../http/answer.ts";
import { bodyBeyondScope } from "./rulesetScope.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

const findingsShape = z.object({
  findings: z.array(
    z.object({
      kind: z.enum(FINDING_KINDS),
      severity: z.enum(FINDING_SEVERITIES),
      /** Into the ruleset that was sent. */
      pointer: z.string(),
      /** Rulesets or places that it is about. */
      names: z.array(z.string()),
    }),
  ),
});

/** Writes nothing: what is typed is looked at beside what is published. */
export function lintRoute({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/rulesets/lint",
    summary: "What stands out in a ruleset that is not written down yet",
    tag: "Rulesets",
    permission: "rulesets:write",
    body: z.strictObject({
      ruleset: rulesetInput,
      /** The one that it becomes a version of; null for a new one. */
      rulesetId: ulid.nullable().default(null),
    }),
    answers: { 200: findingsShape },
    sends: [],
    handle: async ({ body: { ruleset, rulesetId }, visibility, write }) => {
      const beyond = await bodyBeyondScope(services, visibility, ruleset);
      if (beyond !== null) return beyond;
      const others = await otherRulesets({ deps }, rulesetId, visibility, write.now);
      const places = await placesOf({ services }, [ruleset, ...others], visibility);
      const ranges = await rangesOf(
        services,
        (ruleset.criteria?.icas ?? []).map(({ ica }) => ica),
      );
      const { spend } = ruleset;
      const hasRates = spend === null || (await hasRatesFor(services, spend.currency, spend.days, write.now));
      const context = { now: write.now, others, places, ranges, hasRates };
      return reply(200, { findings: [...lintRuleset(ruleset, context)] });
    },
  });
}

const PAGE = 500;

/** Published rulesets in sight, as they are in force. */
async function otherRulesets(
  { deps }: Pick<Kit, "deps">,
  own: string | null,
  visibility: Visibility,
  now: Instant,
): Promise<readonly RulesetBody[]> {
  const found: RulesetBody[] = [];
  let cursor: string | undefined;
  do {
    const page = { sort: "name" as const, cursor, limit: PAGE };
    const { items, nextCursor } = await deps.projections.directory.list(
      "ruleset",
      { status: "PUBLISHED" },
      visibility,
      page,
    );
    for (const life of items) {
      const version = life.id === own ? null : currentVersion(life, now);
      if (version !== null) found.push(version.body);
    }
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

async function placesOf(
  { services }: Pick<Kit, "services">,
  bodies: readonly RulesetBody[],
  visibility: Visibility,
): Promise<ReadonlyMap<string, LintPlace>> {
  const found = new Map<string, LintPlace>();
  const ids = new Set(bodies.flatMap(({ criteria }) => criteria?.locations?.locationIds ?? []));
  for (const id of ids) {
    const life = await visibleLocation(services, visibility, id);
    if (life === null) continue;
    const { name, countryCode, service } = life.body;
    found.set(id, { name, country: countryCode, service });
  }
  return found;
}
