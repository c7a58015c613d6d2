import { padBounds, saysCardNumber } from "../../domain/accountRange.ts";
import { rulesetInput } from "../../domain/ruleset/input.ts";
import type { RulesetBody } from "../../domain/ruleset/events.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { NO_CARD_NUMBER } from "../http/text.ts";
import { icaFormProblem } from "../../engine/referenceData/icaForms.ts";
import { lintRoute } from "./rulesetLint.ts";
import { simulationRoute } from "./rulesetSimulation.ts";
import { created, idParams, shown } from "./records.ts";
import { bodyBeyondScope, visibleRuleset } from "./rulesetScope.ts";
import { rulesetShape, rulesetView } from "./rulesetView.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { changed, changeRuleset } from "./rulesetChange.ts";
import { deleteDraft, publishRuleset, retireRuleset, unscheduleRuleset } from "./rulesetLife.ts";
import { countPhases, listRulesets, listVersions } from "./rulesetLists.ts";

const tag = "Rulesets";
const path = "/api/rulesets";

/** An event is at most 256 KiB: a body's text as it is stored must leave room for what stands around it. */
const MOST_BYTES = 240_000;

export function rulesetRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    createRuleset(kit),
    listRulesets(kit),
    countPhases(kit),
    lintRoute(kit),
    simulationRoute(kit),
    showRuleset(kit),
    listVersions(kit),
    draftRuleset(kit),
    publishRuleset(kit),
    unscheduleRuleset(kit),
    retireRuleset(kit),
    deleteDraft(kit),
  ];
}

function createRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Write a ruleset down as a draft",
    tag,
    permission: "rulesets:write",
    body: rulesetInput,
    maxBytes: MOST_BYTES,
    answers: { 201: rulesetShape },
    handle: async ({ body, write, visibility }) => {
      const wrong = await bodyProblem(services, body, visibility);
      if (wrong !== null) return wrong;
      const id = write.seed;
      const done = await changeRuleset(services, write, id, "create", { type: "Create", id, body });
      if (done.kind === "problem") return done;
      const { life, position } = done;
      return created(
        path,
        id,
        await rulesetView(services, deps, life, write.now, visibility),
        life.revision,
        position,
      );
    },
  });
}

function showRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A ruleset: the version in force, its draft, how much of it was used",
    tag,
    permission: "rulesets:read",
    params: idParams,
    answers: { 200: rulesetShape },
    handle: async ({ params, visibility, write }) => {
      const life = await visibleRuleset(services, visibility, params.id);
      if (life === null) return problem("NOT_FOUND");
      return shown(await rulesetView(services, deps, life, write.now, visibility), life.revision);
    },
  });
}

function draftRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "PUT",
    path: `${path}/{id}`,
    summary: "Write a draft; of a published ruleset the version in force stays until it is published",
    tag,
    permission: "rulesets:write",
    params: idParams,
    body: rulesetInput,
    maxBytes: MOST_BYTES,
    answers: { 200: rulesetShape },
    handle: async ({ params, body, write, visibility }) => {
      const wrong = await bodyProblem(services, body, visibility);
      if (wrong !== null) return wrong;
      return await changed({ services, deps }, params.id, write, visibility, "draft", {
        type: "Draft",
        body,
        expected: write.expected,
      });
    },
  });
}

async function bodyProblem(
  services: Services,
  body: RulesetBody,
  visibility: Visibility,
): Promise<Problem | null> {
  const beyond = await bodyBeyondScope(services, visibility, body);
  if (beyond !== null) return beyond;
  if (Buffer.byteLength(JSON.stringify(body)) > MOST_BYTES)
    return problem("TOO_LARGE", `A ruleset has at most ${String(MOST_BYTES)} bytes.`);
  const icas = body.criteria?.icas ?? [];
  const place = icas.findIndex(({ accountRanges }) =>
    (accountRanges ?? []).some(({ low, high }) => saysCardNumber(padBounds(low, high))),
  );
  if (place !== -1) return invalid(`/criteria/icas/${String(place)}/accountRanges`, NO_CARD_NUMBER);
  return await icaFormProblem(
    services,
    icas.map(({ ica }) => ica),
    (index) => `/criteria/icas/${String(index)}/ica`,
  );
}
