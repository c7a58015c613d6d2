import { z } from "zod";
import { type Reply, reply } from "../../http/answer.ts";
import { type Problem, type ProblemCode, problemHeaders, PROBLEMS } from "../../http/problems.ts";
import type { Telling } from "../../http/telling.ts";

/** How the flow's own document tells what went wrong: whatever was wrong with the body is 400 and `4000`. */

export const envelope = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.string()),
    trace_id: z.string(),
  }),
});
type Envelope = z.infer<typeof envelope>;

export function enveloped<const Status extends number>(
  status: Status,
  told: Omit<Envelope["error"], "trace_id">,
  traceId: string,
): Reply<Status, Envelope> {
  const { code, message, details } = told;
  return reply(status, { error: { code, message, details, trace_id: traceId } });
}

const OF_THE_BODY: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "INVALID_REQUEST",
  "MALFORMED_JSON",
  "MALFORMED_REQUEST",
]);

function statusOf(code: ProblemCode): number {
  return OF_THE_BODY.has(code) ? 400 : PROBLEMS[code].status;
}

function tell(problem: Problem, traceId: string): Reply {
  const { code, detail, errors, members } = problem;
  const status = statusOf(code);
  const { serverTime } = members;
  const isOfTheBody = OF_THE_BODY.has(code);
  const told = {
    code: `${String(status)}0`,
    message: isOfTheBody ? "Invalid request body" : detail,
    details: {
      ...(isOfTheBody ? { message: errors[0]?.message ?? detail } : {}),
      ...(typeof serverTime === "string" ? { server_time: serverTime } : {}),
    },
  };
  return { ...enveloped(status, told, traceId), headers: problemHeaders(problem) };
}

/** Every problem of a route is told by the envelope. */
export const byEnvelope: Telling = { schema: envelope, name: "Claim", isPartial: false, statusOf, tell };
