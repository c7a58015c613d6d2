import { z } from "zod";
import { instantOrNull } from "../../domain/time.ts";
import { timestamp } from "../../domain/timestamp.ts";
import { carryVisitsOver } from "../../engine/management/carryOver.ts";
import { gone, idParams } from "./records.ts";
import { rulesetShape } from "./rulesetView.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { changed, changeRuleset, writeProblem } from "./rulesetChange.ts";

/** What becomes of a ruleset once it is written: in force, later or not any more, and gone. */

const tag = "Rulesets";
const path = "/api/rulesets";

export function publishRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/publish`,
    summary: "Put the draft in force, now or at a time",
    refusals: ["ALREADY_SCHEDULED", "NOTHING_TO_PUBLISH", "NEEDS_ADAPTER"],
    tag,
    permission: "rulesets:write",
    params: idParams,
    body: z.strictObject({
      at: timestamp.nullable().default(null),
      /** Takes the place of a version that is scheduled; without it that is 409. */
      replaceScheduled: z.boolean().default(false),
    }),
    answers: { 200: rulesetShape },
    handle: async ({ params, body, write, visibility }) => {
      const refused = await writeProblem(services, visibility, params.id, write);
      if (refused !== null) return refused;
      const carried = await carryVisitsOver(services, deps.projections, params.id, write);
      if (carried !== null) return carried;
      return await changed({ services, deps }, params.id, write, visibility, "publish", {
        type: "Publish",
        effectiveAt: instantOrNull(body.at),
        replaceScheduled: body.replaceScheduled,
        connected: {
          externalRules: services.externalRules.isConnected,
          acquirer: services.acquirer.isConnected,
        },
        expected: write.expected,
      });
    },
  });
}

export function unscheduleRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/unschedule`,
    summary: "Take back a publication that is still to come; the version in force stays",
    refusals: ["NOT_SCHEDULED"],
    tag,
    permission: "rulesets:write",
    params: idParams,
    body: z.strictObject({}),
    answers: { 200: rulesetShape },
    handle: async ({ params, write, visibility }) =>
      await changed({ services, deps }, params.id, write, visibility, "unschedule", {
        type: "Unschedule",
        expected: write.expected,
      }),
  });
}

export function retireRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/retire`,
    summary: "Take a ruleset out of force",
    refusals: ["NOT_PUBLISHED"],
    tag,
    permission: "rulesets:write",
    params: idParams,
    body: z.strictObject({}),
    answers: { 200: rulesetShape },
    handle: async ({ params, write, visibility }) =>
      await changed({ services, deps }, params.id, write, visibility, "retire", {
        type: "Retire",
        expected: write.expected,
      }),
  });
}

export function deleteDraft({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Delete a draft; what was ever published is retired, and its history stays",
    tag,
    permission: "rulesets:write",
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, write, visibility }) => {
      const refused = write.resumed ? null : await writeProblem(services, visibility, params.id, write);
      if (refused !== null) return refused;
      const command = { type: "Delete" as const, expected: write.expected };
      const done = await changeRuleset(services, write, params.id, "delete", command);
      return done.kind === "problem" ? done : gone(done.position);
    },
  });
}
