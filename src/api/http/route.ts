import { z } from "zod";
import type { Patience } from "../../engine/patience.ts";
import type { Answers, Reply, ReplyOf } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Context, headerOf } from "./context.ts";
import type { RequestHeader, ResponseHeader } from "./headers.ts";
import type { Telling } from "./telling.ts";
import { fieldErrors, type Problem, type ProblemCode, problem } from "./problems.ts";

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
export interface Route<
  Body = unknown,
  Query = unknown,
  Params = unknown,
  Declared extends Answers = Answers,
> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With parameters in braces, as OpenAPI writes them: `/api/locations/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly security: "none" | "device" | "terminal" | "management";
  /** Answered to those as well who have to consent to the terms first. */
  readonly beforeConsent?: boolean;
  /** An API key is taken as the password of HTTP Basic as well, as a vendor's clients send it. */
  readonly takesBasic?: boolean;
  /** A session has to have given its password lately. */
  readonly wantsConfirmation?: boolean;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  readonly params?: z.ZodType<Params>;
  /** Media type of a body that the route reads by itself, or those that it takes; the example is of the first. */
  readonly streams?: string | readonly string[];
  /** What `handle` may answer, and nothing else compiles. */
  readonly answers: Declared;
  /** What only the document needs. */
  readonly description?: string;
  /** What the body should be, where `body` lets more through for the route to look at by itself. */
  readonly documentedBody?: z.ZodType;
  /** Media type of an answer that is no JSON, or those that may be asked for. */
  readonly produces?: string | readonly string[];
  readonly reads?: readonly RequestHeader[];
  /** Headers of what it answers, problems apart. */
  readonly sends?: readonly ResponseHeader[];
  /** Problems beside those that every route of its kind can answer. */
  readonly refusals?: readonly ProblemCode[];
  /** How its problems are told, where not as problem details. */
  readonly tells?: Telling;
  /** How a terminal of the `reference` profile is told a rejection, with 403. */
  readonly rejection?: z.ZodType;
  /** Most bytes of body; 64 KiB by default. */
  readonly maxBytes?: number;
  /** Within this many milliseconds of its arrival it is answered, with 503 if need be. Default: it takes what it takes. */
  readonly livesMs?: number;
  readonly handle: (call: Call<Body, Query, Params>) => Promise<ReplyOf<Declared> | Problem>;
}

const DEFAULT_MAX_BYTES = 65_536;

/** Says to the compiler what it can't infer of a list of different routes. */
export function route<Body, Query, Params, Declared extends Answers>(
  definition: Route<Body, Query, Params, Declared>,
): AnyRoute {
  const { handle, ...rest } = definition;
  return guardedRoute(rest, async (raw, parse) => await parse(raw, handle));
}

type Handle<Body, Query, Params> = (call: Call<Body, Query, Params>) => Promise<Reply | Problem>;

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
  const query = parsePart(schemas.query, definition.query && queryOf(context), "/query");
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

/** A parameter that is given several times is a list of its values, which only a schema that wants one takes. */
function queryOf(context: Context): Readonly<Record<string, string | readonly string[]>> {
  return Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => {
      const [only] = values;
      return [name, values.length === 1 && only !== undefined ? only : values];
    }),
  );
}

type Part<Value> = { readonly kind: "parsed"; readonly value: Value } | Problem;

function parsePart<Value>(schema: z.ZodType<Value>, input: unknown, root: string): Part<Value> {
  const result = schema.safeParse(input);
  if (result.success) return { kind: "parsed", value: result.data };
  return problem("INVALID_REQUEST", undefined, { errors: fieldErrors(result.error, root) });
}
