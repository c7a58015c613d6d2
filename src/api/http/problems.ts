import { z } from "zod";
import { pointerPart } from "./pointers.ts";

/**
 * The registry of error codes: status and title of each. Business outcomes are not errors; these are
 * for what could not be taken as a request (RFC 9457 problem details).
 */
export const PROBLEMS = {
  MALFORMED_JSON: { status: 400, title: "The body is not JSON" },
  MALFORMED_REQUEST: { status: 400, title: "The request can't be read" },
  INVALID_REQUEST: { status: 422, title: "The request is well-formed but not valid" },
  UNAUTHENTICATED: { status: 401, title: "Authentication is missing or not valid" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  CSRF: { status: 403, title: "The CSRF token is missing or wrong" },
  PAIRING_REFUSED: { status: 403, title: "Pairing was refused" },
  TERMINAL_SUSPENDED: { status: 403, title: "The terminal is suspended" },
  REVERSAL_TOO_LATE: { status: 403, title: "The time for a reversal by this role is over" },
  NOT_FOUND: { status: 404, title: "Not found" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here" },
  ALREADY_PAIRED: { status: 409, title: "The terminal is paired" },
  NOT_PAIRED: { status: 409, title: "The terminal is not paired" },
  SUSPENDED: { status: 409, title: "The terminal is suspended" },
  ALREADY_EXISTS: { status: 409, title: "It exists already" },
  IN_USE: { status: 409, title: "It is in use" },
  REQUEST_ID_REUSED: { status: 409, title: "The request id was used for something else" },
  IDEMPOTENCY_KEY_IN_USE: { status: 409, title: "A request with this Idempotency-Key is still under way" },
  CONFIRMED_DIFFERENTLY: { status: 409, title: "The entry was confirmed with other guests" },
  ENTRY_CANCELLED: { status: 409, title: "The entry was cancelled" },
  ENTRY_COMPLETED: { status: 409, title: "The entry is completed" },
  ENTRY_EXPIRED: { status: 409, title: "The entry's time is over" },
  NOT_COMPLETED: { status: 409, title: "Only a completed entry can be reversed" },
  TRANSACTION_DIFFERS: { status: 409, title: "The transaction is known with other content" },
  ALREADY_SCHEDULED: { status: 409, title: "Another version is scheduled" },
  NOT_SCHEDULED: { status: 409, title: "No version is scheduled" },
  NOTHING_TO_PUBLISH: { status: 409, title: "There is no draft to publish" },
  NOT_PUBLISHED: { status: 409, title: "The ruleset was never published" },
  CLOCK_RUNS_FORWARD: { status: 409, title: "The clock only goes forward" },
  VERSION_CONFLICT: { status: 412, title: "It was changed meanwhile" },
  REQUEST_TIMEOUT: { status: 408, title: "The request took too long to come" },
  TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The media type is not supported" },
  EXPECTATION_FAILED: { status: 417, title: "What Expect asks for is not done here" },
  TOO_MANY_GUESTS: { status: 422, title: "More guests than the entry allows" },
  FREE_CHILDREN_NOT_ALLOWED: { status: 422, title: "The ruleset lets no children in free by age" },
  PAYMENT_AMOUNT_MISMATCH: { status: 422, title: "The amount paid is not the amount due" },
  IDEMPOTENCY_KEY_WANTED: { status: 422, title: "An Idempotency-Key is wanted" },
  NEEDS_ADAPTER: { status: 422, title: "The ruleset asks for an outside system that is not connected" },
  TOO_MANY_TRIES: { status: 429, title: "Too many wrong tries" },
  HEADERS_TOO_LARGE: { status: 431, title: "The headers are too large" },
  INTERNAL: { status: 500, title: "Something went wrong here" },
  UNAVAILABLE: { status: 503, title: "A part that is needed is not available" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Where in the request, as a JSON pointer (or `/header/If-Match`, `/query/limit`), and what is wrong there. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** An error answer as a value. */
export interface Problem {
  readonly kind: "problem";
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;
}

export function problem(
  code: ProblemCode,
  detail?: string,
  more: {
    readonly errors?: readonly FieldError[];
    readonly headers?: Readonly<Record<string, string>>;
    readonly members?: Readonly<Record<string, unknown>>;
  } = {},
): Problem {
  return {
    kind: "problem",
    code,
    detail: detail ?? `${PROBLEMS[code].title}.`,
    errors: more.errors ?? [],
    headers: more.headers ?? {},
    members: more.members ?? {},
  };
}

export function statusOf({ code }: Problem): number {
  return PROBLEMS[code].status;
}

/** 422 with one pointer. */
export function invalid(pointer: string, message: string): Problem {
  return problem("INVALID_REQUEST", message, { errors: [{ pointer, message }] });
}

/** Zod's issues as pointers. `root` is put before each (`/query`). Values are never repeated. */
export function fieldErrors(error: z.ZodError, root = ""): readonly FieldError[] {
  return error.issues.slice(0, 100).flatMap((issue) => {
    const path = issue.path.map((part) => `/${pointerPart(String(part))}`).join("");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        pointer: `${root}${path}/${pointerPart(key)}`,
        message: "is not known here",
      }));
    }
    return [{ pointer: root + path, message: issue.message }];
  });
}

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  traceId: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
});

/** The body that goes out. */
export function problemBody(value: Problem, traceId: string): Record<string, unknown> {
  const { status, title } = PROBLEMS[value.code];
  return {
    type: `urn:admittance:problem:${value.code.toLowerCase().replaceAll("_", "-")}`,
    title,
    status,
    detail: value.detail,
    code: value.code,
    traceId,
    errors: value.errors,
    ...value.members,
  };
}
