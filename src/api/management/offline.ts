import { z } from "zod";
import { reviewDecision } from "../../domain/card/offline/events.ts";
import { isoOrNull } from "../../domain/time.ts";
import { MAY } from "../../domain/user/access.ts";
import { reviewEntries } from "../../engine/offline/review.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { accessId } from "../pos/schemas.ts";

/**
 * The desk where people look at what terminals decided by themselves. The entries are operations: their list is asked with
 * `review=WAITING`.
 */

const tag = "Offline";
const MOST_AT_ONCE = 200;

const reviewBody = z.strictObject({
  accessIds: z.array(accessId).min(1).max(MOST_AT_ONCE),
  decision: reviewDecision.describe(
    "`ACCEPTED`: it is as it should be, or is let pass. `DISPUTED`: somebody has to answer for it.",
  ),
  reason: z.string().trim().min(1, "a reason is wanted").max(500),
});

const counts = z.object({
  waiting: z.int().describe("Entries that nobody has looked at."),
  oldestAt: z.string().nullable().describe("When the oldest of them happened."),
  byFlag: z
    .array(z.object({ flag: z.string(), waiting: z.int() }))
    .describe("One entry may have several flags."),
  terminals: z
    .object({
      missingReports: z.int().describe("Terminals of which reports are missing."),
      listsOver: z
        .int()
        .describe("Paired terminals at places that allow offline decisions, whose list has run out."),
    })
    .nullable()
    .describe("Null for those who see no terminals."),
});

export function offlineRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [countWaiting(kit), review(kit)];
}

function countWaiting({ deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/offline",
    summary: "How much of what terminals decided by themselves waits to be looked at",
    tag,
    permission: "offline:read",
    answers: { 200: counts },
    handle: async ({ visibility, principal, write: { now } }) => {
      const { operations, directory } = deps.projections;
      const { waiting, oldestAt, byFlag } = await operations.waiting(visibility);
      const seesTerminals = MAY[principal.role].has("terminals:read");
      const totals = seesTerminals
        ? await Promise.all([
            directory.terminals({ missesReports: true }, visibility, { limit: 1 }),
            directory.terminals({ listsOverAt: now }, visibility, { limit: 1 }),
          ])
        : null;
      return reply(200, {
        waiting,
        oldestAt: isoOrNull(oldestAt?.getTime() ?? null),
        byFlag: [...byFlag],
        terminals: totals === null ? null : { missingReports: totals[0].total, listsOver: totals[1].total },
      });
    },
  });
}

function review({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: "/api/offline/reviews",
    summary: "Accept or dispute entries that were flagged",
    description:
      "One decision on up to 200 entries, each with an outcome of its own. It covers the flags that the entry has now: one that comes later brings it back into the queue.",
    tag,
    permission: "offline:review",
    refusals: ["NOT_FOUND"],
    body: reviewBody,
    sends: ["Position"],
    answers: {
      200: z.object({
        items: z.array(
          z.object({
            accessId: z.string(),
            outcome: z.enum(["REVIEWED", "NOT_FOUND", "NOTHING_TO_REVIEW"]),
          }),
        ),
      }),
    },
    handle: async ({ body, write, visibility }) => {
      const { items, position } = await reviewEntries(services, deps.projections, write, visibility, body);
      if (items.every(({ outcome }) => outcome === "NOT_FOUND")) return problem("NOT_FOUND");
      return reply(200, { items: [...items] }, position === null ? {} : { Position: position });
    },
  });
}
