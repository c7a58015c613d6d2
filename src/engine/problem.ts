import type { z } from "zod";
import { pointerPart } from "../domain/pointers.ts";

/**
 * Why something that was asked for is not done, by code: whoever asks for it (HTTP, the command line, a report of what was
 * decided offline) says it in its own way. Business outcomes are none of these: a rejected entry is an answer.
 */
export const REFUSALS = {
  INVALID_REQUEST: "The request is well-formed but not valid",
  UNAUTHENTICATED: "Authentication is missing or not valid",
  FORBIDDEN: "Not allowed",
  CONSENT_REQUIRED: "The Terms & Conditions and the Privacy Policy have to be accepted first",
  CONFIRMATION_REQUIRED: "The password is wanted again",
  PAIRING_REFUSED: "Pairing was refused",
  TERMINAL_SUSPENDED: "The terminal is suspended",
  DEVICE_UNREACHABLE: "The device is not connected",
  DEVICE_REFUSED: "The device did not do it",
  DEVICE_NOT_ENABLED: "The device is not activated",
  DEVICE_BUSY: "Too much waits for the device already",
  NOTHING_TO_CANCEL: "No sale is under way at the device",
  KEY_REQUIRED: "The terminal has given no key that lists could be encrypted to",
  REVERSAL_TOO_LATE: "The time for a reversal by this role is over",
  NOT_FOUND: "Not found",
  ALREADY_PAIRED: "The terminal is paired",
  NOT_PAIRED: "The terminal is not paired",
  KEY_RETIRED: "The key that signed this was replaced by another already",
  SUSPENDED: "The terminal is suspended",
  ALREADY_EXISTS: "It exists already",
  LAST_ADMINISTRATOR: "Nobody else is left who can administer",
  INVITATION_VOID: "The invitation is used, expired or replaced by another one",
  IN_USE: "It is in use",
  CERTIFICATE_REPLACED: "Another certificate has taken its place",
  REQUEST_ID_REUSED: "The request id was used for something else",
  IDEMPOTENCY_KEY_IN_USE: "A request with this Idempotency-Key is still under way",
  CONFIRMED_DIFFERENTLY: "The entry was confirmed with other guests",
  ENTRY_CANCELLED: "The entry was cancelled",
  ENTRY_COMPLETED: "The entry is completed",
  ENTRY_EXPIRED: "The entry's time is over",
  CARD_REPLACED: "Another card goes on for this one",
  NOTHING_TO_REVIEW: "Nothing is amiss with this entry",
  PROPOSAL_DECIDED: "The proposal was decided, or taken back, already",
  OWN_PROPOSAL: "Another person has to decide on it",
  APPROVAL_REQUIRED: "Another person has to approve it: propose it",
  NOTHING_TO_ADJUST: "Nobody can use the visits any more",
  NOTHING_TO_RESOLVE: "It is known what became of the payment",
  NOT_ENROLLED: "The card is enrolled by no AREF",
  NOT_COMPLETED: "Only a completed entry can be reversed",
  TRANSACTION_DIFFERS: "The transaction is known with other content",
  ALREADY_SCHEDULED: "Another version is scheduled",
  NOT_SCHEDULED: "No version is scheduled",
  NOTHING_TO_PUBLISH: "There is no draft to publish",
  NOT_PUBLISHED: "The ruleset was never published",
  CLOCK_RUNS_FORWARD: "The clock only goes forward",
  TERMS_DIFFER: "Other documents are valid by now, or not all were accepted",
  VERSION_CONFLICT: "It was changed meanwhile",
  TOO_MANY_GUESTS: "More guests than the entry allows",
  FREE_CHILDREN_NOT_ALLOWED: "The ruleset lets no children in free by age",
  PAYMENT_AMOUNT_MISMATCH: "The amount paid is not the amount due",
  NEEDS_ADAPTER: "The ruleset asks for an outside system that is not connected",
  TOO_MANY_TRIES: "Too many wrong tries",
  UNAVAILABLE: "A part that is needed is not available",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** Where in what was asked, as a JSON pointer (or `/header/If-Match`, `/query/limit`), and what is wrong there. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** A refusal as a value. */
export interface Problem<Code extends string = RefusalCode> {
  readonly kind: "problem";
  readonly code: Code;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  /** What else a program may want to know of it. */
  readonly members: Readonly<Record<string, unknown>>;
  /** When it is worth asking again, in seconds; null where that would change nothing. */
  readonly retryAfter: number | null;
}

export interface ProblemDetails {
  readonly errors?: readonly FieldError[];
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfter?: number;
}

export function problem(code: RefusalCode, detail?: string, more: ProblemDetails = {}): Problem {
  return problemOf(code, detail ?? `${REFUSALS[code]}.`, more);
}

export function problemOf<Code extends string>(
  code: Code,
  detail: string,
  { errors = [], members = {}, retryAfter }: ProblemDetails,
): Problem<Code> {
  return { kind: "problem", code, detail, errors, members, retryAfter: retryAfter ?? null };
}

/** Not valid, at one pointer. */
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
