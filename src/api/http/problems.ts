import { z } from "zod";
import {
  type Problem as Refused,
  type ProblemDetails,
  problemOf,
  REFUSALS,
  type RefusalCode,
} from "../../engine/problem.ts";
import { etagOf } from "./etag.ts";

export { type FieldError, fieldErrors, invalid } from "../../engine/problem.ts";

/** The HTTP status of each refusal. */
const STATUS: Readonly<Record<RefusalCode, number>> = {
  INVALID_REQUEST: 422,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  CONSENT_REQUIRED: 403,
  CONFIRMATION_REQUIRED: 403,
  PAIRING_REFUSED: 403,
  TERMINAL_SUSPENDED: 403,
  KEY_REQUIRED: 403,
  DEVICE_UNREACHABLE: 409,
  DEVICE_REFUSED: 409,
  DEVICE_NOT_ENABLED: 409,
  DEVICE_BUSY: 409,
  NOTHING_TO_CANCEL: 409,
  REVERSAL_TOO_LATE: 403,
  NOT_FOUND: 404,
  ALREADY_PAIRED: 409,
  NOT_PAIRED: 409,
  KEY_RETIRED: 409,
  SUSPENDED: 409,
  ALREADY_EXISTS: 409,
  LAST_ADMINISTRATOR: 409,
  INVITATION_VOID: 410,
  IN_USE: 409,
  CERTIFICATE_REPLACED: 409,
  REQUEST_ID_REUSED: 409,
  IDEMPOTENCY_KEY_IN_USE: 409,
  CONFIRMED_DIFFERENTLY: 409,
  ENTRY_CANCELLED: 409,
  ENTRY_COMPLETED: 409,
  ENTRY_EXPIRED: 409,
  CARD_REPLACED: 409,
  NOT_ENROLLED: 409,
  NOTHING_TO_REVIEW: 409,
  PROPOSAL_DECIDED: 409,
  OWN_PROPOSAL: 403,
  APPROVAL_REQUIRED: 403,
  NOTHING_TO_ADJUST: 409,
  NOTHING_TO_RESOLVE: 409,
  NOT_COMPLETED: 409,
  TRANSACTION_DIFFERS: 409,
  ALREADY_SCHEDULED: 409,
  NOT_SCHEDULED: 409,
  NOTHING_TO_PUBLISH: 409,
  NOT_PUBLISHED: 409,
  CLOCK_RUNS_FORWARD: 409,
  TERMS_DIFFER: 409,
  VERSION_CONFLICT: 412,
  TOO_MANY_GUESTS: 422,
  FREE_CHILDREN_NOT_ALLOWED: 422,
  PAYMENT_AMOUNT_MISMATCH: 422,
  NEEDS_ADAPTER: 422,
  TOO_MANY_TRIES: 429,
  UNAVAILABLE: 503,
};

/** What can't be taken as a request, so that nobody was asked. */
const UNREADABLE = {
  MALFORMED_JSON: { status: 400, title: "The body is not JSON" },
  MALFORMED_REQUEST: { status: 400, title: "The request can't be read" },
  CSRF: { status: 403, title: "The CSRF token is missing or wrong" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here" },
  REQUEST_TIMEOUT: { status: 408, title: "The request took too long to come" },
  TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The media type is not supported" },
  EXPECTATION_FAILED: { status: 417, title: "What Expect asks for is not done here" },
  IDEMPOTENCY_KEY_WANTED: { status: 422, title: "An Idempotency-Key is wanted" },
  HEADERS_TOO_LARGE: { status: 431, title: "The headers are too large" },
  INTERNAL: { status: 500, title: "Something went wrong here" },
} as const;

export type ProblemCode = RefusalCode | keyof typeof UNREADABLE;

/** The registry of error codes: status and title of each (RFC 9457 problem details). */
export const PROBLEMS: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  MALFORMED_JSON: UNREADABLE.MALFORMED_JSON,
  MALFORMED_REQUEST: UNREADABLE.MALFORMED_REQUEST,
  INVALID_REQUEST: { status: STATUS.INVALID_REQUEST, title: REFUSALS.INVALID_REQUEST },
  UNAUTHENTICATED: { status: STATUS.UNAUTHENTICATED, title: REFUSALS.UNAUTHENTICATED },
  FORBIDDEN: { status: STATUS.FORBIDDEN, title: REFUSALS.FORBIDDEN },
  CONSENT_REQUIRED: { status: STATUS.CONSENT_REQUIRED, title: REFUSALS.CONSENT_REQUIRED },
  CONFIRMATION_REQUIRED: { status: STATUS.CONFIRMATION_REQUIRED, title: REFUSALS.CONFIRMATION_REQUIRED },
  CSRF: UNREADABLE.CSRF,
  PAIRING_REFUSED: { status: STATUS.PAIRING_REFUSED, title: REFUSALS.PAIRING_REFUSED },
  TERMINAL_SUSPENDED: { status: STATUS.TERMINAL_SUSPENDED, title: REFUSALS.TERMINAL_SUSPENDED },
  KEY_REQUIRED: { status: STATUS.KEY_REQUIRED, title: REFUSALS.KEY_REQUIRED },
  REVERSAL_TOO_LATE: { status: STATUS.REVERSAL_TOO_LATE, title: REFUSALS.REVERSAL_TOO_LATE },
  OWN_PROPOSAL: { status: STATUS.OWN_PROPOSAL, title: REFUSALS.OWN_PROPOSAL },
  APPROVAL_REQUIRED: { status: STATUS.APPROVAL_REQUIRED, title: REFUSALS.APPROVAL_REQUIRED },
  NOT_FOUND: { status: STATUS.NOT_FOUND, title: REFUSALS.NOT_FOUND },
  METHOD_NOT_ALLOWED: UNREADABLE.METHOD_NOT_ALLOWED,
  DEVICE_UNREACHABLE: { status: STATUS.DEVICE_UNREACHABLE, title: REFUSALS.DEVICE_UNREACHABLE },
  DEVICE_REFUSED: { status: STATUS.DEVICE_REFUSED, title: REFUSALS.DEVICE_REFUSED },
  DEVICE_NOT_ENABLED: { status: STATUS.DEVICE_NOT_ENABLED, title: REFUSALS.DEVICE_NOT_ENABLED },
  DEVICE_BUSY: { status: STATUS.DEVICE_BUSY, title: REFUSALS.DEVICE_BUSY },
  NOTHING_TO_CANCEL: { status: STATUS.NOTHING_TO_CANCEL, title: REFUSALS.NOTHING_TO_CANCEL },
  ALREADY_PAIRED: { status: STATUS.ALREADY_PAIRED, title: REFUSALS.ALREADY_PAIRED },
  NOT_PAIRED: { status: STATUS.NOT_PAIRED, title: REFUSALS.NOT_PAIRED },
  KEY_RETIRED: { status: STATUS.KEY_RETIRED, title: REFUSALS.KEY_RETIRED },
  SUSPENDED: { status: STATUS.SUSPENDED, title: REFUSALS.SUSPENDED },
  ALREADY_EXISTS: { status: STATUS.ALREADY_EXISTS, title: REFUSALS.ALREADY_EXISTS },
  LAST_ADMINISTRATOR: { status: STATUS.LAST_ADMINISTRATOR, title: REFUSALS.LAST_ADMINISTRATOR },
  INVITATION_VOID: { status: STATUS.INVITATION_VOID, title: REFUSALS.INVITATION_VOID },
  IN_USE: { status: STATUS.IN_USE, title: REFUSALS.IN_USE },
  CERTIFICATE_REPLACED: { status: STATUS.CERTIFICATE_REPLACED, title: REFUSALS.CERTIFICATE_REPLACED },
  REQUEST_ID_REUSED: { status: STATUS.REQUEST_ID_REUSED, title: REFUSALS.REQUEST_ID_REUSED },
  IDEMPOTENCY_KEY_IN_USE: { status: STATUS.IDEMPOTENCY_KEY_IN_USE, title: REFUSALS.IDEMPOTENCY_KEY_IN_USE },
  CONFIRMED_DIFFERENTLY: { status: STATUS.CONFIRMED_DIFFERENTLY, title: REFUSALS.CONFIRMED_DIFFERENTLY },
  ENTRY_CANCELLED: { status: STATUS.ENTRY_CANCELLED, title: REFUSALS.ENTRY_CANCELLED },
  ENTRY_COMPLETED: { status: STATUS.ENTRY_COMPLETED, title: REFUSALS.ENTRY_COMPLETED },
  ENTRY_EXPIRED: { status: STATUS.ENTRY_EXPIRED, title: REFUSALS.ENTRY_EXPIRED },
  CARD_REPLACED: { status: STATUS.CARD_REPLACED, title: REFUSALS.CARD_REPLACED },
  NOT_ENROLLED: { status: STATUS.NOT_ENROLLED, title: REFUSALS.NOT_ENROLLED },
  NOTHING_TO_REVIEW: { status: STATUS.NOTHING_TO_REVIEW, title: REFUSALS.NOTHING_TO_REVIEW },
  PROPOSAL_DECIDED: { status: STATUS.PROPOSAL_DECIDED, title: REFUSALS.PROPOSAL_DECIDED },
  NOTHING_TO_ADJUST: { status: STATUS.NOTHING_TO_ADJUST, title: REFUSALS.NOTHING_TO_ADJUST },
  NOTHING_TO_RESOLVE: { status: STATUS.NOTHING_TO_RESOLVE, title: REFUSALS.NOTHING_TO_RESOLVE },
  NOT_COMPLETED: { status: STATUS.NOT_COMPLETED, title: REFUSALS.NOT_COMPLETED },
  TRANSACTION_DIFFERS: { status: STATUS.TRANSACTION_DIFFERS, title: REFUSALS.TRANSACTION_DIFFERS },
  ALREADY_SCHEDULED: { status: STATUS.ALREADY_SCHEDULED, title: REFUSALS.ALREADY_SCHEDULED },
  NOT_SCHEDULED: { status: STATUS.NOT_SCHEDULED, title: REFUSALS.NOT_SCHEDULED },
  NOTHING_TO_PUBLISH: { status: STATUS.NOTHING_TO_PUBLISH, title: REFUSALS.NOTHING_TO_PUBLISH },
  NOT_PUBLISHED: { status: STATUS.NOT_PUBLISHED, title: REFUSALS.NOT_PUBLISHED },
  CLOCK_RUNS_FORWARD: { status: STATUS.CLOCK_RUNS_FORWARD, title: REFUSALS.CLOCK_RUNS_FORWARD },
  TERMS_DIFFER: { status: STATUS.TERMS_DIFFER, title: REFUSALS.TERMS_DIFFER },
  VERSION_CONFLICT: { status: STATUS.VERSION_CONFLICT, title: REFUSALS.VERSION_CONFLICT },
  REQUEST_TIMEOUT: UNREADABLE.REQUEST_TIMEOUT,
  TOO_LARGE: UNREADABLE.TOO_LARGE,
  UNSUPPORTED_MEDIA_TYPE: UNREADABLE.UNSUPPORTED_MEDIA_TYPE,
  EXPECTATION_FAILED: UNREADABLE.EXPECTATION_FAILED,
  TOO_MANY_GUESTS: { status: STATUS.TOO_MANY_GUESTS, title: REFUSALS.TOO_MANY_GUESTS },
  FREE_CHILDREN_NOT_ALLOWED: {
    status: STATUS.FREE_CHILDREN_NOT_ALLOWED,
    title: REFUSALS.FREE_CHILDREN_NOT_ALLOWED,
  },
  PAYMENT_AMOUNT_MISMATCH: {
    status: STATUS.PAYMENT_AMOUNT_MISMATCH,
    title: REFUSALS.PAYMENT_AMOUNT_MISMATCH,
  },
  IDEMPOTENCY_KEY_WANTED: UNREADABLE.IDEMPOTENCY_KEY_WANTED,
  NEEDS_ADAPTER: { status: STATUS.NEEDS_ADAPTER, title: REFUSALS.NEEDS_ADAPTER },
  TOO_MANY_TRIES: { status: STATUS.TOO_MANY_TRIES, title: REFUSALS.TOO_MANY_TRIES },
  HEADERS_TOO_LARGE: UNREADABLE.HEADERS_TOO_LARGE,
  INTERNAL: UNREADABLE.INTERNAL,
  UNAVAILABLE: { status: STATUS.UNAVAILABLE, title: REFUSALS.UNAVAILABLE },
};

/** An error answer as a value. */
export interface Problem extends Refused<ProblemCode> {
  readonly headers?: Readonly<Record<string, string>>;
}

export function problem(
  code: ProblemCode,
  detail?: string,
  { headers, ...more }: ProblemDetails & { readonly headers?: Readonly<Record<string, string>> } = {},
): Problem {
  return {
    ...problemOf(code, detail ?? `${PROBLEMS[code].title}.`, more),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** What a refusal says in headers. */
export function problemHeaders({
  code,
  headers,
  members,
  retryAfter,
}: Problem): Readonly<Record<string, string>> {
  const actual = members["actual"];
  return {
    ...(code === "UNAUTHENTICATED" ? { "WWW-Authenticate": "Bearer" } : {}),
    ...(code === "VERSION_CONFLICT" && typeof actual === "number" ? { ETag: etagOf(actual) } : {}),
    ...(retryAfter === null ? {} : { "Retry-After": String(retryAfter) }),
    ...headers,
  };
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
