import { z } from "zod";
import { type Reply, reply } from "../http/answer.ts";
import { type Problem, type ProblemCode, problemHeaders, PROBLEMS } from "../http/problems.ts";
import type { Telling } from "../http/telling.ts";

/** How the vendor's clients are answered: HAL, and errors in an envelope of theirs. */

export const HAL = "application/hal+json";

const link = z.object({ href: z.string().nullable() });

const envelope = z.object({
  total: z.int().describe("How many errors there are."),
  _embedded: z
    .object({
      errors: z
        .array(
          z.object({
            logref: z.string().describe("By which the operator finds it in the log."),
            message: z.string(),
            code: z.string(),
            field: z.string().optional().describe("Where in what was asked, as a path with dots."),
            _links: z.record(z.string(), link).describe("Nothing leads further."),
          }),
        )
        .describe("One after the other."),
    })
    .describe("What it holds."),
});

function statusOf(code: ProblemCode): number {
  return PROBLEMS[code].status;
}

function tell(problem: Problem, traceId: string): Reply {
  const { code, detail, errors } = problem;
  const told =
    errors.length === 0
      ? [{ logref: traceId, message: detail, code, _links: {} }]
      : errors.map(({ pointer, message }) => ({
          ...{ logref: traceId, message, code },
          field: pointer.slice(1).replaceAll("/", "."),
          _links: {},
        }));
  const challenge = code === "UNAUTHENTICATED" ? { "WWW-Authenticate": 'Basic realm="Admittance"' } : {};
  return hal(
    statusOf(code),
    { total: told.length, _embedded: { errors: told } },
    { ...problemHeaders(problem), ...challenge },
  );
}

export const byEnvelope: Telling = {
  schema: envelope,
  name: "Hal",
  isPartial: false,
  mediaType: HAL,
  statusOf,
  tell,
};

export function hal<const Status extends number, const Body>(
  status: Status,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): Reply<Status, Body> {
  return reply(status, body, { "content-type": HAL, ...headers });
}

/** Links that lead somewhere, and those that the vendor has and we have nothing for. */
export function linksOf<Name extends string>(...names: readonly Name[]) {
  const shape: Record<string, typeof link> = {};
  for (const name of names) shape[name] = link;
  return z.object(shape).describe("Where to go on from here; null where there is nothing.");
}
