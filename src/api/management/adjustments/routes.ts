import { z } from "zod";
import { ulid } from "../../../domain/codes.ts";
import { availability } from "../../../domain/ruleset/verdict.ts";
import {
  decideAdjustment,
  decideAdjustments,
  type DecidedSo,
  findAdjustment,
  isUsable,
  proposeAdjustment,
} from "../../../engine/adjustments/proposals.ts";
import type { Write } from "../../../engine/management/commands.ts";
import { reply } from "../../http/answer.ts";
import { invalid, problem } from "../../http/problems.ts";
import { actorNames } from "../actors.ts";
import { balanceWith } from "../balances.ts";
import { visibleCard } from "../cardInSight.ts";
import { listPage } from "../listPage.ts";
import { filterText, paging, several } from "../page.ts";
import { positionHeader } from "../records.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import { timeQuery } from "../times.ts";
import { adjustmentShape, adjustmentStatus, adjustmentView } from "./shape.ts";
import { adjustableRuleset, adjustmentSight } from "./sight.ts";

/** Visits that one person proposes to give or take, and another approves. */

const tag = "Adjustments";
const path = "/api/adjustments";
const params = z.strictObject({ id: ulid });
const reason = z.string().trim().max(500);
const visits = z.int().min(-1_000_000).max(1_000_000).default(0);
const MOST_AT_ONCE = 200;

/** What is said of visits to give or to take. */
export const adjustmentInput = { rulesetId: ulid, free: visits, paid: visits, reason: reason.min(1) };

export function noVisits() {
  return invalid("/free", "visits to give or take are wanted: free, paid or both");
}

export function adjustmentRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    list(kit),
    propose(kit),
    decideMany(kit),
    show(kit),
    decideOne(kit, "approve", "APPROVED", "Give or take the visits that another person proposed"),
    decideOne(kit, "decline", "DECLINED", "Turn down what another person proposed"),
    decideOne(kit, "withdraw", "WITHDRAWN", "Take back one's own proposal"),
  ];
}

function list(kit: Kit): SecuredAnyRoute {
  const { services, deps } = kit;
  return listPage(kit, {
    path,
    summary: "Visits given or taken by hand, and proposals of it, the newest first",
    tag,
    permission: "adjustments:read",
    query: z.strictObject({
      ...paging,
      status: several(adjustmentStatus).optional(),
      cardId: ulid.optional(),
      rulesetId: several(filterText).optional(),
      from: timeQuery.optional().describe("Proposed or made at or after."),
      to: timeQuery.optional().describe("Proposed or made before."),
    }),
    load: async (filter, { cursor, limit }, { visibility, write }) => {
      const sight = await adjustmentSight(services, deps.projections, visibility, write.now);
      return await deps.projections.adjustments.list(filter, sight, { cursor, limit });
    },
    item: adjustmentShape,
    view: async (one, { nameOf, write }) => await adjustmentView(one, nameOf, write.principal),
  });
}

function show({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A proposal or an adjustment, with what approving it would change",
    tag,
    permission: "adjustments:read",
    params,
    sends: [],
    answers: {
      200: adjustmentShape.extend({
        before: availability
          .nullable()
          .describe(
            "What is left as it is now; null where it waits for nobody, where the ruleset is not in force, and for those who are limited to places.",
          ),
        after: availability.nullable().describe("What would be left then."),
      }),
    },
    handle: async ({ params: { id }, visibility, write, principal }) => {
      const sight = await adjustmentSight(services, deps.projections, visibility, write.now);
      const found = await deps.projections.adjustments.get(id, sight);
      if (found === null) return problem("NOT_FOUND");
      const nameOf = actorNames(services, visibility);
      const isShown = found.status === "OPEN" && visibility.places === null;
      const balances = isShown ? await balanceWith(services, found.cardId, write.now, found) : null;
      return reply(200, {
        ...(await adjustmentView(found, nameOf, principal)),
        before: balances?.before ?? null,
        after: balances?.after ?? null,
      });
    },
  });
}

function propose({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Propose to give a card visits of a ruleset, or to take them",
    description: "It changes no count until another person approves it.",
    sends: ["Location", "Position"],
    tag,
    permission: "adjustments:propose",
    refusals: ["NOT_FOUND"],
    body: z.strictObject({ cardId: ulid, ...adjustmentInput }),
    answers: {
      201: z.object({
        id: z.string(),
        cardId: z.string(),
        rulesetId: z.string(),
        free: z.int(),
        paid: z.int(),
        status: adjustmentStatus,
      }),
    },
    handle: async ({ body, write, visibility }) => {
      const { cardId, rulesetId, free, paid } = body;
      if ((await visibleCard(services, deps, cardId, visibility)) === null) return problem("NOT_FOUND");
      if (free === 0 && paid === 0) return noVisits();
      const ruleset = await adjustableRuleset(services, visibility, rulesetId, write.now);
      if (ruleset.kind === "problem") return ruleset;
      if (!isUsable(ruleset.life)) return invalid("/rulesetId", "the ruleset was retired");
      const done = await proposeAdjustment(services, write, body);
      if (done.kind === "problem") return done;
      const id = write.seed;
      return reply(
        201,
        { id, cardId, rulesetId, free, paid, status: "OPEN" as const },
        { Location: `${path}/${id}`, ...positionHeader(done.position) },
      );
    },
  });
}

const decidedShape = z.object({ id: z.string(), status: adjustmentStatus });

function decideOne(
  { services, deps, secure }: Kit,
  name: string,
  decision: DecidedSo,
  summary: string,
): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/${name}`,
    summary,
    tag,
    permission: decision === "WITHDRAWN" ? "adjustments:propose" : "adjustments:decide",
    params,
    body: z.strictObject({
      ...(decision === "WITHDRAWN"
        ? {}
        : { reason: decision === "DECLINED" ? reason.min(1) : reason.default("") }),
    }),
    reads: ["Idempotency-Key"],
    sends: ["Position"],
    answers: { 200: decidedShape },
    refusals: [
      "UNAVAILABLE",
      "PROPOSAL_DECIDED",
      ...(decision === "WITHDRAWN" ? [] : (["OWN_PROPOSAL"] as const)),
      ...(decision === "APPROVED" ? (["NOTHING_TO_ADJUST"] as const) : []),
    ],
    handle: async ({ params: { id }, body, write, visibility }) => {
      const sight = await adjustmentSight(services, deps.projections, visibility, write.now);
      const found = await findAdjustment(services, deps.projections, id, sight);
      if (found.kind === "problem") return found;
      const said = "reason" in body && typeof body.reason === "string" ? body.reason : "";
      const done = await decideAdjustment(services, asOne(write), found.adjustment, {
        decision,
        reason: said,
      });
      return done.kind === "problem"
        ? done
        : reply(200, { id, status: decision }, positionHeader(done.position));
    },
  });
}

/** Of one proposal there is one decision, whatever revision its card's stream has. */
function asOne(write: Write): Write {
  return { ...write, expected: null };
}

function decideMany({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/decisions`,
    summary: "Approve or decline proposals of others",
    description: "One decision on up to 200 proposals, each with an outcome of its own.",
    tag,
    permission: "adjustments:decide",
    refusals: ["NOT_FOUND"],
    body: z
      .strictObject({
        adjustmentIds: z.array(ulid).min(1).max(MOST_AT_ONCE),
        decision: z.enum(["APPROVED", "DECLINED"]),
        reason: reason.default(""),
      })
      .refine(({ decision, reason: said }) => decision === "APPROVED" || said !== "", {
        path: ["reason"],
        error: "a reason is wanted",
      }),
    sends: ["Position"],
    answers: {
      200: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            outcome: z
              .string()
              .describe(
                "`DECIDED`, or the code of why it was not: `NOT_FOUND`, `PROPOSAL_DECIDED`, `OWN_PROPOSAL`, `NOTHING_TO_ADJUST`.",
              ),
          }),
        ),
      }),
    },
    handle: async ({ body, write, visibility }) => {
      const sight = await adjustmentSight(services, deps.projections, visibility, write.now);
      const { items, position } = await decideAdjustments(services, deps.projections, write, sight, body);
      if (items.every(({ outcome }) => outcome === "NOT_FOUND")) return problem("NOT_FOUND");
      return reply(200, { items: [...items] }, positionHeader(position));
    },
  });
}
