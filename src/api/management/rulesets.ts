import { z } from "zod";
import { padBounds, saysCardNumber } from "../../domain/accountRange.ts";
import { rulesetInput } from "../../domain/ruleset/input.ts";
import type { RulesetBody } from "../../domain/ruleset/events.ts";
import {
  ruleset,
  RULESET_PHASES,
  type RulesetCommand,
  type RulesetLife,
  type RulesetRefusal,
} from "../../domain/ruleset/stream.ts";
import { rulesetStream } from "../../domain/ruleset/events.ts";
import { instantOrNull, type Instant, iso } from "../../domain/time.ts";
import { timestamp } from "../../domain/timestamp.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { announceRuleset, keepRulesetAnnounced } from "../../engine/gate/heads.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { carryVisitsOver } from "../../engine/management/carryOver.ts";
import {
  byOf,
  execute,
  type VersionConflict,
  versionConflict,
  type Write,
} from "../../engine/management/commands.ts";
import { NO_CARD_NUMBER } from "../http/text.ts";
import { icaFormProblem } from "../../engine/referenceData/icaForms.ts";
import { lintRoute } from "./rulesetLint.ts";
import { simulationRoute } from "./rulesetSimulation.ts";
import { listPage } from "./listPage.ts";
import { filterText, listOf, paging, yesOrNo } from "./page.ts";
import { created, gone, idParams, shown } from "./records.ts";
import { bodyBeyondScope, lifeBeyondScope, visibleRuleset } from "./rulesetScope.ts";
import {
  type CountedRuleset,
  countedRuleset,
  rulesetShape,
  rulesetView,
  versionShape,
  versionView,
} from "./rulesetView.ts";
import { reply } from "../http/answer.ts";
import type { RecordFilter } from "../../projections/directory/queries.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

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
function countPhases({ deps, secure }: Kit): SecuredAnyRoute {
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

function listRulesets(kit: Kit): SecuredAnyRoute {
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

function listVersions({ services, secure }: Kit): SecuredAnyRoute {
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

function publishRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
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
        expected: write.expected,
      });
    },
  });
}

function unscheduleRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
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

function retireRuleset({ services, deps, secure }: Kit): SecuredAnyRoute {
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

function deleteDraft({ services, secure }: Kit): SecuredAnyRoute {
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

async function changed(
  { services, deps }: Pick<Kit, "services" | "deps">,
  id: string,
  write: Write,
  visibility: Visibility,
  operation: string,
  command: Unsigned<RulesetCommand>,
) {
  const refused = await writeProblem(services, visibility, id, write);
  if (refused !== null) return refused;
  const done = await changeRuleset(services, write, id, operation, command);
  if (done.kind === "problem") return done;
  return shown(
    await rulesetView(services, deps, done.life, write.now, visibility),
    done.life.revision,
    done.position,
  );
}

type Unsigned<Command> = Command extends unknown ? Omit<Command, "now" | "by"> : never;

interface Ran {
  readonly kind: "ran";
  readonly life: RulesetLife;
  readonly position: string | null;
}

/** A command on a ruleset; every instance looks at the list of rulesets again before its next decision. */
export async function changeRuleset(
  services: Services,
  write: Write,
  id: string,
  operation: string,
  command: Unsigned<RulesetCommand>,
): Promise<Ran | Problem> {
  const stream = rulesetStream(id);
  const done = await execute(services, services.streams.ruleset, write, {
    stream,
    operation,
    announce: async (revision) => {
      await announceRuleset(services, stream, revision);
    },
    decide: (state) => ruleset.decide(state, { ...command, now: write.now, by: byOf(write) }),
  });
  if (done.kind === "refused") return refusedRuleset(done.refusal, write.now);
  const { state, revision } = done.folded;
  // An append that took its time may have been given up by others: nobody would see it for long.
  await keepRulesetAnnounced(services, stream, revision);
  if (state === null) throw new Error("a ruleset that was written is there");
  return { kind: "ran", life: state, position: done.position };
}

function refusedRuleset(refusal: RulesetRefusal | VersionConflict, now: Instant): Problem {
  switch (refusal.code) {
    case "NOT_FOUND":
    case "ALREADY_EXISTS":
    case "NOTHING_TO_PUBLISH":
    case "NOT_PUBLISHED":
    case "NOT_SCHEDULED":
      return problem(refusal.code);
    case "ALREADY_SCHEDULED": {
      const { version, inForceFrom } = refusal;
      const at = iso(inForceFrom);
      const detail = `Version ${String(version)} comes into force at ${at}: send replaceScheduled, or unschedule it first.`;
      return problem("ALREADY_SCHEDULED", detail, { members: { scheduled: { version, inForceFrom: at } } });
    }
    case "VERSION_CONFLICT":
      return versionConflict(refusal);
    case "PUBLISH_IN_THE_PAST":
      return invalid("/at", `it lies in the past: the business time is ${iso(now)}`);
    case "VALIDITY_OVER":
      return invalid("/at", "the draft's validTo lies before it");
    case "NEEDS_ADAPTER": {
      const message = "no adapter for this is connected to the installation";
      return problem("NEEDS_ADAPTER", undefined, { errors: [{ pointer: `/${refusal.what}`, message }] });
    }
  }
}

/** 404 for what is out of sight, 403 for what does not lie wholly inside the scope. */
async function writeProblem(
  services: Services,
  visibility: Visibility,
  id: string,
  { now }: Write,
): Promise<Problem | null> {
  const life = await visibleRuleset(services, visibility, id);
  return life === null ? problem("NOT_FOUND") : await lifeBeyondScope(services, visibility, life, now);
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
