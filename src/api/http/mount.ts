import { Hono } from "hono";
import { NobodyWaitsError, type Patience } from "../../engine/patience.ts";
import { within } from "../../eventlog/waiting.ts";
import type { Observe } from "./accessLog.ts";
import { type Reply, respond } from "./answer.ts";
import { type App, type Context, headerOf } from "./context.ts";
import { type Problem, problem } from "./problems.ts";
import type { AnyRoute } from "./route.ts";
import type { Around } from "./spans.ts";
import type { Telling } from "./telling.ts";
import { traceOf } from "./traceId.ts";

export interface MountOptions {
  readonly newTraceId: () => string;
  /** Headers of every answer, unless it says otherwise itself. */
  readonly common: Readonly<Record<string, string>>;
  /** The caller's address, seen through as many proxies as are trusted. */
  readonly remoteOf: (context: Context) => string;
  /** `isGone`: the caller broke off before it had sent everything. */
  readonly onError: (error: unknown, traceId: string, route: string, isGone: boolean) => Problem;
  readonly observe: Observe;
  /** Null where no traces are kept. */
  readonly around: Around | null;
}

/**
 * Puts routes on the app. What they leave: a known path with another method answers 405 with `Allow`, the rest 404; below
 * a vendor's first part of a path in the way that its document has.
 */
export function mount(app: App, routes: readonly AnyRoute[], options: MountOptions): void {
  const methods = new Map<string, string[]>();
  const { common } = options;
  const tellings = tellingsOf(routes);
  for (const definition of routes) {
    const path = definition.path.replace(/\{(\w+)\}/g, ":$1");
    methods.set(path, [...(methods.get(path) ?? []), definition.method]);
    app.on(definition.method, path, async (context) => {
      const { method, path: route } = definition;
      const trace = traceOf(headerOf(context, "traceparent"), options.newTraceId);
      if (options.around === null) return await answerRoute(definition, context, trace.traceId, options);
      return await options.around(
        { ...trace, method, route },
        async () => await answerRoute(definition, context, trace.traceId, options),
      );
    });
  }
  // An app of their own: with a second handler for its path every request would go through a chain of them.
  const others: App = new Hono();
  const refuse = (context: Context, refusal: Problem): Response => {
    const { traceId } = traceOf(headerOf(context, "traceparent"), options.newTraceId);
    const { method, path } = context.req;
    const remote = options.remoteOf(context);
    const telling = tellings.get(firstPartOf(path)) ?? null;
    const response = respond(telling === null ? refusal : telling.tell(refusal, traceId), traceId, common);
    const { status } = response;
    options.observe({
      method,
      route: null,
      status,
      code: refusal.code,
      ms: 0,
      traceId,
      caller: null,
      remote,
    });
    return response;
  };
  for (const [path, allowed] of methods) {
    const refusal = problem("METHOD_NOT_ALLOWED", undefined, { headers: { Allow: allowed.join(", ") } });
    others.all(path, (context) => refuse(context, refusal));
  }
  others.notFound((context) => refuse(context, problem("NOT_FOUND")));
  app.notFound(async (context) => await others.fetch(context.req.raw, context.env));
}

/** By the first part of a path, where all routes below it tell their problems in one way of somebody else's. */
function tellingsOf(routes: readonly AnyRoute[]): ReadonlyMap<string, Telling | null> {
  const tellings = new Map<string, Telling | null>();
  for (const { path, tells } of routes) {
    const first = firstPartOf(path);
    const own = tells?.isPartial === false ? tells : null;
    tellings.set(first, tellings.has(first) && tellings.get(first) !== own ? null : own);
  }
  return tellings;
}

function firstPartOf(path: string): string {
  return path.split("/", 2)[1] ?? "";
}

async function answerRoute(
  { method, path: route, livesMs, run, tells }: AnyRoute,
  context: Context,
  traceId: string,
  options: MountOptions,
): Promise<Response> {
  const started = performance.now();
  const remote = options.remoteOf(context);
  let caller: string | null = null;
  const identify = (name: string): void => {
    caller = name;
  };
  let answer: Reply | Problem;
  try {
    const patience = patienceOf(context, livesMs);
    answer = await inTime(run({ context, traceId, remote, patience, identify }), livesMs);
  } catch (error) {
    const { incoming } = context.env;
    const isGone = incoming.destroyed && !incoming.complete;
    answer = options.onError(error, traceId, `${method} ${route}`, isGone);
  }
  const telling = tells?.isPartial === false ? tells : null;
  const told = answer.kind === "problem" && telling !== null ? telling.tell(answer, traceId) : answer;
  const response = respond(told, traceId, options.common);
  const { status } = response;
  const code = answer.kind === "problem" ? answer.code : null;
  const ms = performance.now() - started;
  options.observe({ method, route, status, code, ms, traceId, caller, remote });
  return response;
}

/** Over when the request has lived too long, or whoever sent it is gone. */
function patienceOf(context: Context, livesMs: number | undefined): Patience {
  const { socket } = context.env.incoming;
  const until = livesMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + livesMs;
  return { isOver: () => socket.destroyed || performance.now() > until };
}

/** What is under way goes on, and may still be done: whoever sends it again learns what became of it. */
async function inTime(
  answer: Promise<Reply | Problem>,
  livesMs: number | undefined,
): Promise<Reply | Problem> {
  if (livesMs === undefined) return await answer;
  return await within(answer, livesMs, () => new NobodyWaitsError("it was not done in time"));
}
