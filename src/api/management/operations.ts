import { z } from "zod";
import { accessId as accessIdSchema, guestCountsOf, guestsInput } from "../pos/schemas.ts";
import { isExpected } from "../../domain/decider.ts";
import { MAY } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/route.ts";
import type { Services } from "../../engine/services.ts";
import { versionConflict } from "../../engine/management/commands.ts";
import { positionHeader } from "./records.ts";
import { currentOperation } from "../../engine/management/currentOperation.ts";
import { etagOf } from "../http/etag.ts";
import { detailsShape, operationDetails, operationShape } from "./operationView.ts";
import { answerPage, filterText, listOf, paging } from "./page.ts";
import { reverse } from "../../engine/management/reversal.ts";
import { timeQuery } from "./times.ts";
import type { ManagementCall, ManagementDeps, Secure, SecuredAnyRoute } from "./secured.ts";

const tag = "Operations";
const path = "/api/operations";
const params = z.strictObject({ accessId: accessIdSchema });

const listQuery = z.strictObject({
  ...paging,
  sort: z.enum(["at", "-at"]).optional(),
  status: z.enum(["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REJECTED", "REVERSED"]).optional(),
  code: filterText.optional(),
  terminal: filterText.optional(),
  locationId: filterText.optional(),
  merchantId: filterText.optional(),
  cardId: filterText.optional(),
  service: filterText.optional(),
  country: filterText.optional(),
  rulesetId: filterText.optional(),
  ica: filterText.optional(),
  productCode: filterText.optional(),
  requestId: filterText.optional(),
  from: timeQuery.optional(),
  to: timeQuery.optional(),
});

const reversalBody = z.strictObject({
  reason: z.string().trim().max(500).nullable().default(null),
  /** The guests to take out; absent: the whole entry. */
  guests: guestsInput.nullable().default(null),
});

export function operationRoutes(
  services: Services,
  deps: ManagementDeps,
  secure: Secure,
): readonly SecuredAnyRoute[] {
  const list = secure({
    method: "GET",
    path,
    summary: "Operations, the newest first",
    tag,
    permission: "operations:read",
    query: listQuery,
    answers: { 200: listOf(operationShape) },
    handle: async ({ query, visibility, write }) => {
      const { sort, cursor, limit, ...filter } = query;
      return await answerPage(
        cursor,
        async () =>
          await deps.projections.operations.list(filter, visibility, { sort, cursor, limit }, write.now),
        (operation) => operation,
      );
    },
  });

  const details = secure({
    method: "GET",
    path: `${path}/{accessId}`,
    summary: "An operation with its trace, the ruleset and the transactions that were looked at",
    tag,
    permission: "operations:read",
    params,
    answers: { 200: detailsShape },
    handle: async (call) => await answerDetails(call, call.params.accessId, {}),
  });

  const reversal = secure({
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
      const stale = await staleProblem(call, accessId);
      if (stale !== null) return stale;
      const done = await reverse(services, deps, write, visibility, {
        accessId,
        reason: body.reason,
        guests,
      });
      if (done.kind === "problem") return done;
      return await answerDetails(call, accessId, positionHeader(done.position));
    },
  });

  /** `If-Match` names the revision of the operation's last event, which moves on with a correction. */
  async function staleProblem<Body, Query>(
    { visibility, write }: ManagementCall<Body, Query, unknown>,
    accessId: string,
  ): Promise<Problem | null> {
    if (write.expected === null || write.resumed) return null;
    const operation = await currentOperation(services, deps, accessId, visibility, write.now);
    if (operation === null || isExpected(write.expected, operation.revision)) return null;
    return versionConflict({ code: "VERSION_CONFLICT", actual: operation.revision });
  }

  async function answerDetails<Body, Query>(
    { visibility, principal, write }: ManagementCall<Body, Query, unknown>,
    accessId: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Reply | Problem> {
    const operation = await currentOperation(services, deps, accessId, visibility, write.now);
    if (operation === null) return problem("NOT_FOUND");
    const seesRules = MAY[principal.role].has("rulesets:read");
    const body = await operationDetails(services, operation, { seesRules, visibility });
    return reply(200, body, { ETag: etagOf(body.revision), ...headers });
  }

  return [list, details, reversal];
}
