import type { Services } from "../../../engine/services.ts";
import { fieldErrors, type Problem, problem, problemBody } from "../../http/problems.ts";
import { askCertificate, certificateBody } from "./routes.ts";

/**
 * Set-up by WebSocket: one message asks, in JSON as it is posted; one answers, the PEM as it is or the problem as JSON.
 * A text that begins with `{` is a problem.
 */
export async function answerOverSocket(
  services: Services,
  message: string,
  call: { readonly remote: string; readonly traceId: string },
): Promise<{ readonly text: string; readonly isGiven: boolean }> {
  const answer = await answerTo(services, message, call);
  return answer.kind === "given"
    ? { text: answer.pem, isGiven: true }
    : { text: JSON.stringify(problemBody(answer, call.traceId)), isGiven: false };
}

async function answerTo(
  services: Services,
  message: string,
  call: { readonly remote: string; readonly traceId: string },
): ReturnType<typeof askCertificate> {
  const json = parsed(message);
  if (json.kind === "problem") return json;
  const body = certificateBody.safeParse(json.value);
  if (!body.success) return problem("INVALID_REQUEST", undefined, { errors: fieldErrors(body.error) });
  return await askCertificate(services, body.data, call);
}

function parsed(message: string): { readonly kind: "json"; readonly value: unknown } | Problem {
  try {
    return { kind: "json", value: JSON.parse(message) };
  } catch {
    return problem("MALFORMED_JSON");
  }
}
