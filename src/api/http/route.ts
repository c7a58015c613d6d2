import type { HttpBindings } from "@hono/node-server";
import { type Context as HonoContext, Hono } from "hono";
import { z } from "zod";
import { within } from "../../eventlog/waiting.ts";
import { NobodyWaitsError, type Patience } from "../../engine/patience.ts";
import type { Observe } from "./accessLog.ts";
import type { RequestHeader, ResponseHeader } from "./headers.ts";
import {
  fieldErrors,
  type Problem,
  type ProblemCode,
  problem,
  problemBody,
  problemHeaders,
  PROBLEMS,
} from "./problems.ts";
import type { Around } from "./spans.ts";
import { traceOf } from "./traceId.ts";

/** The app on Node's own server, whose requests it can ask directly. */
export type App = Hono<{ Bindings: HttpBindings }>;
type Context = HonoContext<{ Bindings: HttpBindings }>;

/** What a route answers: a body as JSON, text as it is, or a problem. */
export interface Reply {
  readonly kind: "reply";
  readonly status: number;
  /** Sent as JSON; a string is sent as it stands, under `contentType`. Null: no body. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function reply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { kind: "reply", status, body, headers };
}

/** A request whose parts were parsed by the route's schemas. */
export interface Call<Body, Query, Params> {
  readonly body: Body;
  readonly query: Query;
  readonly params: Params;
  readonly traceId: string;
  header(name: string): string | null;
  /** The raw body, for routes that stream. */
  readonly stream: ReadableStream<Uint8Array> | null;
  /** Whether all of the body has come: a stream may end because its sender has gone. */
  readonly isWhole: () => boolean;
  /** The address the request came from. */
  readonly remote: string;
  /** Whether the caller still waits for the answer. */
  readonly patience: Patience;
  /** Says who calls, once that is proven: see {@link Access.caller}. */
  readonly identify: (caller: string) => void;
}

/** A route: what it takes, what it answers, in one place. The OpenAPI document is made of these. */
export interface Route<Body = unknown, Query = unknown, Params = unknown> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With parameters in braces, as OpenAPI writes them: `/api/locations/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly security: "none" | "terminal" | "management";
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  readonly params?: z.ZodType<Params>;
  /** Media type of a body that the route reads by itself. */
  readonly streams?: string;
  /** By status; null: no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** What only the document needs. */
  readonly description?: string;
  /** What the body should be, where `body` lets more through for the route to look at by itself. */
  readonly documentedBody?: z.ZodType;
  /** Media type of an answer that is no JSON. */
  readonly produces?: string;
  readonly reads?: readonly RequestHeader[];
  /** Headers of what it answers, problems apart. */
  readonly sends?: readonly ResponseHeader[];
  /** Problems beside those that every route of its kind can answer. */
  readonly refusals?: readonly ProblemCode[];
  /** How a terminal of the `reference` profile is told a rejection, with 403. */
  readonly rejection?: z.ZodType;
  /** Most bytes of body; 64 KiB by default. */
  readonly maxBytes?: number;
  /** Within this many milliseconds of its arrival it is answered, with 503 if need be. Default: it takes what it takes. */
  readonly livesMs?: number;
  readonly handle: (call: Call<Body, Query, Params>) => Promise<Reply | Problem>;
}

const DEFAULT_MAX_BYTES = 65_536;

/** Says to the compiler what it can't infer of a list of different routes. */
export function route<Body, Query, Params>(definition: Route<Body, Query, Params>): AnyRoute {
  const { handle, ...rest } = definition;
  return guardedRoute(rest, async (raw, parse) => await parse(raw, handle));
}

type Handle<Body, Query, Params> = Route<Body, Query, Params>["handle"];

/** Parses what the request holds and hands it on; a problem where it can't be parsed. */
export type Parse<Body, Query, Params> = (
  raw: RawCall,
  handle: Handle<Body, Query, Params>,
) => Promise<Reply | Problem>;

/** A route that looks at the request before anything of it is read: who may not come in is told so whatever the body. */
export function guardedRoute<Body, Query, Params>(
  definition: Omit<Route<Body, Query, Params>, "handle">,
  run: (raw: RawCall, parse: Parse<Body, Query, Params>) => Promise<Reply | Problem>,
): AnyRoute {
  // A route without a schema for a part has `unknown` for its type and gets nothing of it.
  const schemas = {
    params: definition.params ?? z.custom<Params>(),
    query: definition.query ?? z.custom<Query>(),
    body: definition.body ?? z.custom<Body>(),
  };
  const parse: Parse<Body, Query, Params> = async (raw, handle) =>
    await runRoute(definition, schemas, raw, handle);
  return { ...definition, run: async (raw) => await run(raw, parse) };
}

export interface RawCall {
  readonly context: Context;
  readonly traceId: string;
  readonly remote: string;
  readonly patience: Patience;
  readonly identify: (caller: string) => void;
}

export type AnyRoute = Omit<Route, "handle" | "body" | "query" | "params"> & {
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly params?: z.ZodType;
  readonly run: (raw: RawCall) => Promise<Reply | Problem>;
};

async function runRoute<Body, Query, Params>(
  definition: Omit<Route<Body, Query, Params>, "handle">,
  schemas: {
    readonly params: z.ZodType<Params>;
    readonly query: z.ZodType<Query>;
    readonly body: z.ZodType<Body>;
  },
  { context, traceId, remote, patience, identify }: RawCall,
  handle: Handle<Body, Query, Params>,
): Promise<Reply | Problem> {
  const params = parsePart(schemas.params, definition.params && context.req.param(), "/path");
  if (params.kind === "problem") {
    return definition.method === "GET" ? problem("NOT_FOUND") : params;
  }
  const query = parsePart(schemas.query, definition.query && context.req.query(), "/query");
  if (query.kind === "problem") return query;
  let parsedBody: unknown = null;
  if (definition.body !== undefined) {
    const body = await readJson(context, definition.maxBytes ?? DEFAULT_MAX_BYTES);
    if (body.kind === "problem") return body;
    parsedBody = body.value;
  }
  const body = parsePart(schemas.body, parsedBody, "");
  if (body.kind === "problem") return body;
  return await handle({
    body: body.value,
    query: query.value,
    params: params.value,
    traceId,
    remote,
    patience,
    identify,
    header: (name) => headerOf(context, name) ?? null,
    stream: definition.streams === undefined ? null : context.req.raw.body,
    isWhole: () => context.env.incoming.complete,
  });
}

type Part<Value> = { readonly kind: "parsed"; readonly value: Value } | Problem;

function parsePart<Value>(schema: z.ZodType<Value>, input: unknown, root: string): Part<Value> {
  const result = schema.safeParse(input);
  if (result.success) return { kind: "parsed", value: result.data };
  return problem("INVALID_REQUEST", undefined, { errors: fieldErrors(result.error, root) });
}

async function readJson(
  context: Context,
  maxBytes: number,
): Promise<{ readonly kind: "json"; readonly value: unknown } | Problem> {
  const type = headerOf(context, "content-type");
  const encoding = encodingProblem((name) => headerOf(context, name));
  if (encoding !== null) {
    await drained(context.req.raw.body);
    return encoding;
  }
  const length = Number(headerOf(context, "content-length") ?? "0");
  // Read whole where its length is told, which the server holds the sender to: far cheaper than by a stream.
  const bytes =
    length > maxBytes
      ? await drained(context.req.raw.body)
      : length > 0
        ? await context.req.raw.arrayBuffer()
        : await readBytes(context.req.raw.body, maxBytes);
  if (bytes === null) return problem("TOO_LARGE", `At most ${String(maxBytes)} bytes are taken here.`);
  const text = utf8(bytes);
  if (text === null) return problem("MALFORMED_JSON", "The body is not UTF-8.");
  // An empty body without a type is an empty object: for commands all of whose members are optional.
  if (text === "" && type === undefined) return { kind: "json", value: {} };
  if (type === undefined || !/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(type)) {
    return problem("UNSUPPORTED_MEDIA_TYPE", "application/json is wanted.");
  }
  if (text === "") return { kind: "json", value: {} };
  try {
    const value: unknown = JSON.parse(text);
    return { kind: "json", value };
  } catch {
    return problem("MALFORMED_JSON");
  }
}

/** Most that is read and thrown away of a body that is too large. */
const MOST_DRAINED = 33_554_432;

/** Lets a sender finish, so that it reads the refusal and not a broken connection. Answers null. */
async function drained(stream: ReadableStream<Uint8Array> | null): Promise<null> {
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > MOST_DRAINED) break;
  }
  return null;
}

/** Null when there is more than `maxBytes`. */
async function readBytes(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MOST_DRAINED) return null;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size > maxBytes ? null : Buffer.concat(chunks);
}

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Null for what is no UTF-8: what a lenient reader puts in its place would be kept for ever. */
function utf8(bytes: Uint8Array | ArrayBuffer): string | null {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** 415 for a body that is compressed, or said to be in other characters than UTF-8. */
export function encodingProblem(header: (name: string) => string | null | undefined): Problem | null {
  const coding = header("content-encoding");
  if (coding !== undefined && coding !== null && !/^\s*(identity)?\s*$/i.test(coding)) {
    return problem("UNSUPPORTED_MEDIA_TYPE", "A body is taken as it is, without a Content-Encoding.");
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)"?/i.exec(header("content-type") ?? "")?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    return problem("UNSUPPORTED_MEDIA_TYPE", "UTF-8 is wanted.");
  }
  return null;
}

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

/** Puts routes on the app. What they leave: a known path with another method answers 405 with `Allow`, the rest 404. */
export function mount(app: App, routes: readonly AnyRoute[], options: MountOptions): void {
  const methods = new Map<string, string[]>();
  const { common } = options;
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
    const { method } = context.req;
    const remote = options.remoteOf(context);
    const response = respond(refusal, traceId, common);
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

async function answerRoute(
  { method, path: route, livesMs, run }: AnyRoute,
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
  const response = respond(answer, traceId, options.common);
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

/** A request's header, as Node has read it: a `Headers` object of all of them costs more than most routes do. */
export function headerOf(context: Context, name: string): string | undefined {
  const value = context.env.incoming.headers[name];
  return typeof value === "string" ? value : undefined;
}

export function respond(
  answer: Reply | Problem,
  traceId: string,
  common: Readonly<Record<string, string>>,
): Response {
  if (answer.kind === "problem") {
    return new Response(JSON.stringify(problemBody(answer, traceId)), {
      status: PROBLEMS[answer.code].status,
      headers: {
        "content-type": "application/problem+json",
        ...common,
        ...problemHeaders(answer),
      },
    });
  }
  const type = answer.contentType ?? "application/json";
  const asItIs = typeof answer.body === "string" && answer.contentType !== undefined ? answer.body : null;
  const body = answer.body === null ? null : (asItIs ?? JSON.stringify(answer.body));
  return new Response(body, {
    status: answer.status,
    headers:
      body === null
        ? { ...common, ...answer.headers }
        : { "content-type": type, ...common, ...answer.headers },
  });
}
