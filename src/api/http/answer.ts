import type { z } from "zod";
import type { Json } from "../../domain/json.ts";
import { type Problem, problemBody, problemHeaders, PROBLEMS } from "./problems.ts";

/** What a route answers: a body as JSON, text as it is, or a problem. */
export interface Reply<Status extends number = number, Body = unknown> {
  readonly kind: "reply";
  readonly status: Status;
  /** Sent as JSON; a string is sent as it stands, under `contentType`. Null: no body. */
  readonly body: Body;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in place of the body, as it comes. */
  readonly stream?: ReadableStream<Uint8Array>;
}

export function reply<const Status extends number, const Body>(
  status: Status,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): Reply<Status, Body> {
  return { kind: "reply", status, body, headers };
}

/** A file that goes out as it is made. */
export function streamed(
  stream: ReadableStream<Uint8Array>,
  contentType: string,
  headers: Readonly<Record<string, string>>,
): Reply<200, string> {
  return { kind: "reply", status: 200, body: "", contentType, headers, stream };
}

/** Bodies by status; null: no body. */
export type Answers = Readonly<Record<number, z.ZodType | null>>;

/** What may be sent under a schema: nothing is changed on its way out, so that lists may be read-only ones. */
export type Sent<Value> = [Json] extends [Value]
  ? Value
  : Value extends object
    ? { readonly [Member in keyof Value]: Sent<Value[Member]> }
    : Value;

export type Answer<Schema extends z.ZodType> = Sent<z.output<Schema>>;

/** As the schema says it, or the same read-only: the compiler sees through the first where `Schema` has a parameter. */
type Body<Schema> = Schema extends z.ZodType ? z.output<Schema> | Answer<Schema> : null;

/** What a handler with these answers may reply. */
export type ReplyOf<Declared extends Answers> = {
  [Status in keyof Declared & number]: Reply<Status, Body<Declared[Status]>>;
}[keyof Declared & number];

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
  const body = answer.body === null ? null : (answer.stream ?? asItIs ?? JSON.stringify(answer.body));
  return new Response(body, {
    status: answer.status,
    headers:
      body === null
        ? { ...common, ...answer.headers }
        : { "content-type": type, ...common, ...answer.headers },
  });
}
