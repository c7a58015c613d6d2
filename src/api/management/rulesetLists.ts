import { z } from "zod";
import { RULESET_PHASES, type RulesetLife } from "../../domain/ruleset/stream.ts";
import { problem } from "../http/problems.ts";
import { listPage } from "./listPage.ts";
import { filterText, listOf, paging, yesOrNo } from "./page.ts";
import { idParams, shown } from "./records.ts";
import { visibleRuleset } from "./rulesetScope.ts";
import {
  type CountedRuleset,
  countedRuleset,
  rulesetShape,
  versionShape,
  versionView,
} from "./rulesetView.ts";
import { reply } from "../http/answer.ts";
import type { RecordFilter } from "../../projections/directory/filter.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** Rulesets by what they ask, how many there are in each phase, and the versions of one. */

const tag = "Rulesets";
const path = "/api/rulesets";

const rulesetFilter = {
  name: filterText.optional(),
  status: z.enum(["DRAFT", "PUBLISHED", "RETIRED"]).optional(),
  service: filterText.optional(),
  issuerCountry: filterText.optional(),
  productCode: filterText.optional(),
  ica: filterText.optional(),
  hasBudget: yesOrNo.optional(),
  hasSpend: yesOrNo.optional(),
};

const anyRuleset = z.strictObject(rulesetFilter);

function wantedOf(filter: z.infer<typeof anyRuleset>): RecordFilter {
  const { service, issuerCountry, productCode, ica, ...rest } = filter;
  return {
    ...rest,
    criteria: { services: service, issuerCountries: issuerCountry, productCodes: productCode, ica },
  };
}

/** Beside the list, whose filters it takes: a phase is chosen by how many there are. */
export function countPhases({ deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/phases`,
    summary: "How many of the rulesets that a filter finds are drafts, scheduled, in force, ended, retired",
    tag,
    permission: "rulesets:read",
    query: anyRuleset,
    answers: {
      200: z.object({ items: z.array(z.object({ phase: z.enum(RULESET_PHASES), count: z.int() })) }),
    },
    handle: async ({ query, visibility, write }) => {
      const found = await deps.projections.directory.phases(wantedOf(query), visibility, write.now);
      return reply(200, { items: RULESET_PHASES.map((phase) => ({ phase, count: found.get(phase) ?? 0 })) });
    },
  });
}

export function listRulesets(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Rulesets",
    tag,
    permission: "rulesets:read",
    query: z.strictObject({
      ...paging,
      sort: z.enum(["name", "-name", "modifiedAt", "-modifiedAt"]).optional(),
      ...rulesetFilter,
      phase: z.enum(RULESET_PHASES).optional(),
    }),
    load: async ({ phase, ...filter }, page, { visibility, write: { now } }) => {
      const wanted = { ...wantedOf(filter), phase: phase === undefined ? undefined : { is: phase, now } };
      const { directory, cards } = kit.deps.projections;
      const found = await directory.list("ruleset", wanted, visibility, page);
      const visits = await cards.visitsOf(found.items.map(({ id }) => id));
      const counted = (life: RulesetLife): CountedRuleset => ({ life, used: visits.get(life.id) ?? 0 });
      return { ...found, items: found.items.map(counted) };
    },
    item: rulesetShape,
    view: async (one, { write: { now }, visibility, sign }) =>
      await countedRuleset(kit.services, one, { now, visibility, sign }),
  });
}

export function listVersions({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}/versions`,
    summary: "Every version that was published, the newest first",
    tag,
    permission: "rulesets:read",
    params: idParams,
    answers: { 200: listOf(versionShape) },
    handle: async ({ params, visibility }) => {
      const life = await visibleRuleset(services, visibility, params.id);
      if (life === null) return problem("NOT_FOUND");
      const items = life.versions.map(versionView).reverse();
      const body = { items, nextCursor: null, total: items.length, totalExact: true };
      return shown(body, life.revision);
    },
  });
}
