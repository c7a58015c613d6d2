import { z } from "zod";
import { visibilityOf } from "../../domain/user/access.ts";
import { businessNow } from "../../engine/businessClock.ts";
import type { Position } from "../../eventlog/log.ts";
import { pause } from "../../eventlog/waiting.ts";
import { bytesOf } from "../http/bytes.ts";
import { streamed } from "../http/answer.ts";
import { authenticate } from "./authenticate.ts";
import { operationFilter } from "./operationFilter.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "./secured.ts";

/** At least this often something is said, so that a line that is down is noticed. Milliseconds. */
const BEAT_MS = 2_000;
/** Changes that come thicker are told together. Milliseconds. */
const GATHER_MS = 500;
/** Whether whoever listens still may. Milliseconds. */
const LOOK_AGAIN_MS = 15_000;
/** How long the read models may take to know what is told. Milliseconds. */
const PATIENCE_MS = 5_000;
/** Told at once; of more than these the listener asks anew. */
const MOST_TOLD = 500;

const query = z.strictObject(operationFilter);

/** Server-sent events: which operations that the filter finds, and the caller may see, are new or have changed. */
export function streamOperations(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "GET",
    path: "/api/operations/stream",
    summary: "Operations that are new or have changed, as they do",
    description:
      "Server-sent events (WHATWG HTML, 9.2). `operations` has the `accessIds` that the filter finds and the caller may see, of whatever is new or has changed since the event before; the read models know of it by then. `missed` says that more has changed than is told: ask the list anew. `beat` comes every two seconds at least. Each has the log's position as its id: with `Last-Event-ID` the stream goes on from there. It ends when the caller's session does.",
    tag: "Operations",
    permission: "operations:read",
    query,
    produces: "text/event-stream",
    reads: ["Last-Event-ID"],
    sends: ["X-Accel-Buffering"],
    answers: { 200: z.string() },
    handle: async (call) => {
      const { changes } = kit.deps;
      const newest = await changes.listen();
      const last = call.header("last-event-id");
      const from = last !== null && last !== "" && kit.services.log.isPosition(last) ? last : newest;
      const gone = new AbortController();
      const frames = told(kit, call, from, gone.signal);
      return streamed(
        bytesOf(frames, () => gone.abort()),
        "text/event-stream; charset=utf-8",
        // A proxy that gathers before it passes on would hold them back.
        { "X-Accel-Buffering": "no" },
      );
    },
  });
}

type StreamCall = Pick<
  ManagementCall<unknown, z.output<typeof query>, unknown>,
  "query" | "visibility" | "principal" | "header"
>;

async function* told(kit: Kit, call: StreamCall, from: Position, gone: AbortSignal): AsyncGenerator<string> {
  const { changes, projections } = kit.deps;
  let seen = from;
  let checkedAt = performance.now();
  yield `retry: ${String(BEAT_MS)}\n${frame("beat", seen, {})}`;
  while (!gone.aborted && !changes.ending.aborted) {
    if (performance.now() - checkedAt > LOOK_AGAIN_MS) {
      if (!(await mayStill(kit, call))) return;
      checkedAt = performance.now();
    }
    const rings = changes.rings;
    const news = changes.since(seen);
    const newest = news?.at(-1)?.position ?? (await changes.listen());
    if (news?.length === 0) {
      await changes.wait(rings, BEAT_MS);
      if (changes.rings === rings) yield frame("beat", seen, {});
      continue;
    }
    if (!(await projections.waitFor(newest, PATIENCE_MS))) {
      yield frame("beat", seen, {});
      continue;
    }
    seen = newest;
    const accessIds = [...new Set(news?.map(({ accessId }) => accessId))];
    if (news === null || accessIds.length > MOST_TOLD) {
      yield frame("missed", seen, {});
    } else {
      const now = await businessNow(kit.services);
      const found = await projections.operations.among(accessIds, call.query, call.visibility, now);
      yield found.length === 0 ? frame("beat", seen, {}) : frame("operations", seen, { accessIds: found });
    }
    await pause(GATHER_MS, changes.ending);
  }
}

/** Whether the caller is still who began to listen, with the same rights. */
async function mayStill({ services }: Kit, { header, principal, visibility }: StreamCall): Promise<boolean> {
  const caller = await authenticate(services, header);
  if (caller.kind === "problem") return false;
  const { role } = caller.principal;
  const own = JSON.stringify([principal.role, visibility]);
  return JSON.stringify([role, visibilityOf(caller.principal)]) === own;
}

function frame(event: string, id: Position, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
