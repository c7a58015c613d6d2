import type { RejectionCode } from "../../domain/codes.ts";
import type { Profile } from "../../domain/terminal/events.ts";
import type { Verdict } from "../../engine/entry/attempt.ts";
import type { Stored } from "../../engine/streams.ts";
import { type Problem, problem } from "../http/problems.ts";
import { checkAnswerOf } from "./answers.ts";

/**
 * How a rejection is told to a terminal of the `reference` profile: as a problem with HTTP 403 and the members of the
 * ordinary answer, made of the stored event alone, its trace id included. Null for all else.
 */
export function rejectionInProfile(
  verdict: Stored<Verdict>,
  profile: Profile,
  message: string,
): Problem | null {
  if (profile === "standard") return null;
  const rejected = checkAnswerOf(verdict, message);
  if (rejected.decision === "GRANTED") return null;
  const code = REFERENCE_CODES.get(rejected.code) ?? rejected.code;
  const members = { ...rejected, code, traceId: verdict.correlationId };
  return problem("FORBIDDEN", message, { members, headers: { Position: verdict.position } });
}

const REFERENCE_CODES: ReadonlyMap<string, string> = new Map<RejectionCode, string>([
  ["TEMPORARILY_BLOCKED", "TEMPORARILT_BLOCKED"],
]);
