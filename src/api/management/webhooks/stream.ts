import { z } from "zod";
import { WEBHOOK_TYPES } from "../../../domain/webhook/types.ts";
import { liveMessages } from "../../../engine/webhooks/live.ts";
import { pause } from "../../../eventlog/waiting.ts";
import { type Problem, problem } from "../../http/problems.ts";
import { bytesOf } from "../../http/bytes.ts";
import { streamed } from "../../http/answer.ts";
import { authenticate } from "../authenticate.ts";
import { several } from "../page.ts";
import { isUnlimited, MAY } from "../../../domain/user/access.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";

/** At least this often something is said, so that a line that is down is noticed. Milliseconds. */
const BEAT_MS = 5_000;
/** Whether whoever listens still may. Milliseconds. */
const LOOK_AGAIN_MS = 15_000;

/** Messages are of every card and place. */
export function outOfSight(): Problem {
  return problem("FORBIDDEN", "Messages are of every card and place, and your scope names some.");
}

/** Server-sent events: what receivers would be told, for whoever has no address on the internet. */
export function streamWebhooks(kit: Kit): SecuredAnyRoute {
  const { services, deps } = kit;
  return kit.secure({
    method: "GET",
    path: "/api/webhooks/stream",
    summary: "What receivers would be told, as it happens",
    description:
      "Server-sent events (WHATWG HTML, 9.2), for developing: `message` has a message as a receiver gets it, unsigned, with its position as the event's id. With `Last-Event-ID` the stream goes on from there. `beat` comes every five seconds at least.",
    tag: "Webhooks",
    permission: "webhooks:read",
    query: z.strictObject({ types: several(z.enum(WEBHOOK_TYPES)).optional() }),
    produces: "text/event-stream",
    reads: ["Last-Event-ID"],
    sends: ["X-Accel-Buffering"],
    answers: { 200: z.string() },
    handle: async (call) => {
      if (!isUnlimited(call.visibility)) return outOfSight();
      const last = call.header("last-event-id");
      const { log } = services;
      const from = last !== null && last !== "" && log.isPosition(last) ? last : await log.head();
      const gone = new AbortController();
      const signal = AbortSignal.any([gone.signal, deps.changes.ending]);
      const may = async (): Promise<boolean> => {
        const caller = await authenticate(services, (name) => call.header(name));
        return caller.kind !== "problem" && MAY[caller.principal.role].has("webhooks:read");
      };
      const frames = told(kit, from, call.query.types ?? null, signal, may);
      return streamed(
        bytesOf(frames, () => gone.abort()),
        "text/event-stream; charset=utf-8",
        { "X-Accel-Buffering": "no" },
      );
    },
  });
}

async function* told(
  { services }: Kit,
  from: string,
  types: Parameters<typeof liveMessages>[2],
  signal: AbortSignal,
  may: () => Promise<boolean>,
): AsyncGenerator<string> {
  yield `retry: 1000\n${frame("beat", from, "{}")}`;
  const messages = liveMessages(services, from, types, signal);
  let checkedAt = performance.now();
  let last = from;
  let next = messages.next();
  let beating = beat(signal);
  try {
    for (;;) {
      const found = await Promise.race([next, beating]);
      if (performance.now() - checkedAt > LOOK_AGAIN_MS) {
        if (!(await may())) return;
        checkedAt = performance.now();
      }
      if (found === null) {
        if (signal.aborted) return;
        beating = beat(signal);
        yield frame("beat", last, "{}");
        continue;
      }
      if (found.done === true) return;
      const { position, body } = found.value;
      last = position;
      yield frame("message", position, body);
      next = messages.next();
    }
  } finally {
    next.catch(() => undefined);
  }
}

async function beat(signal: AbortSignal): Promise<null> {
  await pause(BEAT_MS, signal);
  return null;
}

function frame(event: string, id: string, data: string): string {
  return `event: ${event}\nid: ${id}\ndata: ${data}\n\n`;
}
