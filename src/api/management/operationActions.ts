import { z } from "zod";
import { providerReversalEnds } from "../../domain/card/reversal.ts";
import { type Instant, iso } from "../../domain/time.ts";
import { MAY, type Principal } from "../../domain/user/access.ts";
import type { Operation } from "../../projections/index.ts";

const reversal = z.object({
  allowed: z.boolean(),
  until: z.string().nullable().describe("Until when it is allowed, or was; null for no end. RFC 3339, UTC."),
  reason: z
    .enum(["FORBIDDEN", "NOT_COMPLETED", "REVERSAL_TOO_LATE"])
    .nullable()
    .describe("Why it is not allowed; null where it is."),
});

/** What whoever asks may do with an operation, as the server would decide it now: clients need no copy of its rules. */
export const operationActions = z.object({ reverse: reversal });

export function actionsOf(
  { status, confirmedAt }: Operation,
  { role }: Pick<Principal, "role">,
  now: Instant,
): z.infer<typeof operationActions> {
  const ends =
    role === "SERVICE_PROVIDER" && confirmedAt !== null
      ? providerReversalEnds(Date.parse(confirmedAt))
      : null;
  const reason = !MAY[role].has("operations:reverse")
    ? "FORBIDDEN"
    : status !== "COMPLETED"
      ? "NOT_COMPLETED"
      : ends !== null && now > ends
        ? "REVERSAL_TOO_LATE"
        : null;
  return { reverse: { allowed: reason === null, until: ends === null ? null : iso(ends), reason } };
}
