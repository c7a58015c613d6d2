import { z } from "zod";
import { accessId as accessIdSchema, guestCountsOf, guestsInput } from "../pos/schemas.ts";
import { isExpected } from "../../domain/decider.ts";
import { MAY } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import { type Answer, type Reply, reply } from "../http/answer.ts";
import { versionConflict } from "../../engine/management/commands.ts";
import { positionHeader } from "./records.ts";
import { currentOperation } from "../../engine/management/currentOperation.ts";
import { etagOf } from "../http/etag.ts";
import { detailsShape, operationDetails, operationShape, operationView } from "./operationView.ts";
import { exportOperations } from "./exports/operations.ts";
import { listPage } from "./listPage.ts";
import { streamOperations } from "./operationStream.ts";
import { showSpend } from "./operationSpend.ts";
import { operationFilter } from "./operationFilter.ts";
import { paging } from "./page.ts";
import { reverse } from "../../engine/management/reversal.ts";
import type { ManagementCall, Kit, SecuredAnyRoute } from "./secured.ts";

const tag = "Operations";
const path = "/api/operations";
const params = z.strictObject({ accessId: accessIdSchema });

const listQuery = z.strictObject({
  ...paging,
  sort: z.enum(["at", "-at"]).optional(),
  ...operationFilter,
});

const reversalBody = z.strictObject({
  reason: z.string().trim().max(500).nullable().default(null),
  /** The guests to take out; absent: the whole entry. */
  guests: guestsInput.nullable().default(null),
});

export function operationRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    listOperations(kit),
    streamOperations(kit),
    showOperation(kit),
    showSpend(kit),
    reverseOperation(kit),
    exportOperations(kit),
  ];
}

function listOperations(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Operations, the newest first",
    tag,
    permission: "operations:read",
    query: listQuery,
    isBothWays: true,
    load: async (filter, page, { visibility, write }) =>
      await kit.deps.projections.operations.list(filter, visibility, page, write.now),
    item: operationShape,
    view: async (one, { nameOf }) => await operationView(one, nameOf),
  });
}

function showOperation(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "GET",
    path: `${path}/{accessId}`,
    summary: "An operation with its trace, the ruleset and the transactions that were looked at",
    tag,
    permission: "operations:read",
    params,
    answers: { 200: detailsShape },
    handle: async (call) => await answerDetails(kit, call, call.params.accessId, {}),
  });
}

function reverseOperation(kit: Kit): SecuredAnyRoute {
  const { services, deps, secure } = kit;
  return secure({
    method: "POST",
    path: `${path}/{accessId}/reversal`,
    summary: "Take a completed entry back, or some of its guests",
    refusals: ["NOT_COMPLETED", "REVERSAL_TOO_LATE", "IDEMPOTENCY_KEY_WANTED", "TOO_MANY_GUESTS"],
    tag,
    permission: "operations:reverse",
    params,
    body: reversalBody,
    answers: { 200: detailsShape },
    handle: async (call) => {
      const { body, write, visibility } = call;
      const { accessId } = call.params;
      const guests = body.guests === null ? null : guestCountsOf(body.guests);
      if (guests !== null) {
        if (call.header("idempotency-key") === null) {
          return problem(
            "IDEMPOTENCY_KEY_WANTED",
            "Sent twice, a partial reversal would take the guests out twice.",
          );
        }
        if (guests.adults + guests.children + guests.freeChildren === 0) {
          return invalid(
            "/guests",
            "at least one guest is wanted; leave guests out to reverse the whole entry",
          );
        }
      }
      const stale = await staleProblem(kit, call, accessId);
      if (stale !== null) return stale;
      const done = await reverse(services, deps, write, visibility, {
        accessId,
        reason: body.reason,
        guests,
      });
      if (done.kind === "problem") return done;
      return await answerDetails(kit, call, accessId, positionHeader(done.position));
    },
  });
}

type Who = Pick<ManagementCall<unknown, unknown, unknown>, "visibility" | "principal" | "write">;

/** `If-Match` names the revision of the operation's last event, which moves on with a correction. */
async function staleProblem(
  { services, deps }: Kit,
  { visibility, write }: Who,
  accessId: string,
): Promise<Problem | null> {
  if (write.expected === null || write.resumed) return null;
  const operation = await currentOperation(services, deps, accessId, visibility, write.now);
  if (operation === null || isExpected(write.expected, operation.revision)) return null;
  return versionConflict({ code: "VERSION_CONFLICT", actual: operation.revision });
}

async function answerDetails(
  { services, deps }: Kit,
  { visibility, principal, write }: Who,
  accessId: string,
  headers: Readonly<Record<string, string>>,
): Promise<Reply<200, Answer<typeof detailsShape>> | Problem> {
  const operation = await currentOperation(services, deps, accessId, visibility, write.now);
  if (operation === null) return problem("NOT_FOUND");
  const seesRules = MAY[principal.role].has("rulesets:read");
  const body = await operationDetails(services, operation, {
    seesRules,
    visibility,
    principal,
    now: write.now,
  });
  return reply(200, body, { ETag: etagOf(body.revision), ...headers });
}
