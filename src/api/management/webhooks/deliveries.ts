import { z } from "zod";
import { isUnlimited } from "../../../domain/user/access.ts";
import { ulid } from "../../../domain/codes.ts";
import { WEBHOOK_TYPES } from "../../../domain/webhook/types.ts";
import { iso } from "../../../domain/time.ts";
import { findRecord } from "../../../engine/management/records.ts";
import { type Queuing, replay, resend, sendTry } from "../../../engine/webhooks/acts.ts";
import { deliveriesOf, DELIVERY_STATES } from "../../../engine/webhooks/standing.ts";
import { webhookKind } from "../../../engine/webhooks/webhooks.ts";
import { reply } from "../../http/answer.ts";
import { type Problem, problem } from "../../http/problems.ts";
import { paging } from "../page.ts";
import { listOf, readableCursor } from "../page.ts";
import { idParams } from "../records.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import { InvalidCursorError } from "../../../projections/page.ts";
import { invalid } from "../../http/problems.ts";
import { outOfSight } from "./stream.ts";
import { deliveryShape, isoDate } from "./shapes.ts";

/** What is sent to a receiver, and what of it is sent again. */

const tag = "Webhooks";
const path = "/api/webhooks/{id}";

const queuedShape = z.object({ id: z.string() });

export function deliveryRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [deliveries(kit), ...acts(kit)];
}

function deliveries({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/deliveries`,
    summary: "What is sent to a receiver, the newest first",
    tag,
    permission: "webhooks:read",
    params: idParams,
    query: z.strictObject({
      ...paging,
      state: z.enum(DELIVERY_STATES).optional(),
      type: z.enum(WEBHOOK_TYPES).optional(),
    }),
    sends: [],
    answers: { 200: listOf(deliveryShape) },
    handle: async ({ params, query: { cursor, limit, ...filter }, visibility }) => {
      if (!isUnlimited(visibility)) return outOfSight();
      if ((await findRecord(webhookKind(services), params.id)) === null) return problem("NOT_FOUND");
      if (cursor !== undefined && !readableCursor(cursor)) return wrongCursor();
      try {
        const page = await deliveriesOf(services, params.id, filter, { cursor, limit });
        const items = page.items.map(({ queuedAt, nextAt, log, ...rest }) => ({
          ...{ ...rest, log: [...log], queuedAt: iso(queuedAt.getTime()), nextAt: isoDate(nextAt) },
        }));
        return reply(200, { ...page, items });
      } catch (error) {
        if (error instanceof InvalidCursorError) return wrongCursor();
        throw error;
      }
    },
  });
}

function wrongCursor(): Problem {
  return invalid("/query/cursor", "it is none that this list has answered");
}

function acts({ services, secure }: Kit): readonly SecuredAnyRoute[] {
  const common = {
    ...{ method: "POST" as const, tag, permission: "webhooks:write" as const, wantsConfirmation: true },
    ...{ reads: ["Idempotency-Key"] as const, sends: [], answers: { 202: queuedShape } },
  };
  const queued = (done: Queuing | Problem) => (done.kind === "problem" ? done : reply(202, { id: done.id }));
  return [
    secure({
      ...common,
      path: `${path}/test`,
      summary: "Send a message that says nothing happened",
      params: idParams,
      refusals: ["IN_USE"],
      handle: async ({ params, write }) => queued(await sendTry(services, write, params.id)),
    }),
    secure({
      ...common,
      path: `${path}/replay`,
      summary: "Tell a receiver again what happened after a position, with the ids that it had",
      description:
        "From the log, as far as it is by now; what was delivered already is sent again as well. What is new may come in between.",
      params: idParams,
      body: z.strictObject({
        from: z
          .string()
          .max(200)
          .describe(
            "A position: of a message, or of any answer's `Position`. Empty: the beginning of the log.",
          ),
      }),
      refusals: ["IN_USE"],
      handle: async ({ params, body, write }) => queued(await replay(services, write, params.id, body.from)),
    }),
    secure({
      ...common,
      path: `${path}/deliveries/{deliveryId}/resend`,
      summary: "Send a message again, delivered or given up; one that waits is tried now",
      params: z.strictObject({ id: ulid, deliveryId: ulid }),
      handle: async ({ params }) => queued(await resend(services, params.id, params.deliveryId)),
    }),
  ];
}
