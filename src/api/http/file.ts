import { encodingProblem, readBytes } from "./body.ts";
import { type Problem, problem } from "./problems.ts";
import type { Call } from "./route.ts";

/** A body that is a file, whole: read at most as far as is allowed, and told by its media type. */
export async function readFileBody(
  call: Pick<Call<unknown, unknown, unknown>, "stream" | "header" | "isWhole">,
  mediaTypes: readonly string[],
  mostBytes: number,
): Promise<{ readonly kind: "file"; readonly bytes: Buffer } | Problem> {
  const read = await readBytes(call.stream, mostBytes);
  if (read === null) return problem("TOO_LARGE", `At most ${String(mostBytes)} bytes are taken here.`);
  const encoding = encodingProblem((name) => call.header(name));
  if (encoding !== null) return encoding;
  const [type = ""] = (call.header("content-type") ?? "").toLowerCase().split(";");
  if (!mediaTypes.includes(type.trim()))
    return problem("UNSUPPORTED_MEDIA_TYPE", `${mediaTypes.join(" or ")} is wanted.`);
  if (!call.isWhole()) return problem("MALFORMED_REQUEST", "The request ended before its body did.");
  return { kind: "file", bytes: Buffer.from(read) };
}
