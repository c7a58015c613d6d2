import type { components } from "./schema.d.ts";

type ProblemBody = components["schemas"]["Problem"];
export type ProblemCode = ProblemBody["code"];

/** What the server refused, as it says it (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: ProblemCode;
  readonly traceId: string;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
  /** Seconds after which it may be asked again. */
  readonly retryAfter: number | null;
  /** The whole answer, for what a code adds. */
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody, retryAfter: number | null) {
    super(body.detail === "" ? body.title : body.detail);
    this.status = status;
    this.code = body.code;
    this.traceId = body.traceId;
    this.errors = body.errors;
    this.retryAfter = retryAfter;
    this.body = body;
  }
}

/** Nobody answers: the line is down, or the server is. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}
