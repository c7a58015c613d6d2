import { totalOf } from "../../domain/card/guests.ts";
import { statusAt } from "../../domain/card/state.ts";
import type { KindEntitlement } from "../../domain/ruleset/verdict.ts";
import { iso } from "../../domain/time.ts";
import type { Verdict } from "../../engine/entry/attempt.ts";
import type { Cancelled } from "../../engine/entry/cancel.ts";
import type { Confirmed } from "../../engine/entry/confirm.ts";
import type { Quoted } from "../../engine/entry/quote.ts";
import type { Attempted } from "../../engine/entry/lookup.ts";
import type { Stored } from "../../engine/streams.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Answer } from "../http/answer.ts";
import type {
  cancelAnswer,
  checkAnswer,
  confirmAnswer,
  entryAnswer,
  kind,
  quoteAnswer,
  receipt,
} from "./schemas.ts";

/**
 * Answers are made of the stored event alone, so that a repeat, days later too, is answered with the same bytes. But what
 * became of a fee that the acquirer charges is told as it is by then.
 */

function receiptOf(stored: Stored<unknown>): Answer<typeof receipt> {
  return { stream: stored.stream, revision: stored.revision, hash: stored.hash, jws: null };
}

export function checkAnswerOf(stored: Stored<Verdict>, message: string): Answer<typeof checkAnswer> {
  const { event } = stored;
  switch (event.type) {
    case "EntryGranted": {
      const { accessId, expiresAt, ruleset, cost, fee, available, guests, collectedBy } = event.data;
      const { max, adults, children, freeUnderAge } = guests;
      return {
        decision: "GRANTED",
        accessId,
        expiresAt,
        ruleset,
        cardholder: { cost, fee },
        ...(collectedBy === undefined ? {} : { collectedBy }),
        available,
        guests: { max, adults: kindOf(adults), children: kindOf(children), freeUnderAge },
        message,
        receipt: receiptOf(stored),
      };
    }
    case "EntryRejected": {
      const { accessId, code, retryable, nextFreeAt } = event.data;
      return {
        decision: "REJECTED",
        accessId,
        code,
        retryable,
        nextFreeAt,
        message,
      };
    }
    case "AttemptRefused": {
      const { accessId, code } = event.data;
      return { decision: "REJECTED", accessId, code, retryable: false, nextFreeAt: null, message };
    }
  }
}

function kindOf({ max, free, paid, fee }: KindEntitlement): Answer<typeof kind> {
  return { max, free, paid, fee };
}

/** The end of an entry as a terminal is told of it, or what that would cost. */
export interface Answered<Body> {
  readonly kind: "answered";
  readonly body: Body;
  /** Null where nothing was written. */
  readonly position: Position | null;
}

interface Refusal {
  readonly kind: "problem";
}

export function confirmationOf<Refused extends Refusal>(
  ending: Confirmed | Refused,
): Answered<Answer<typeof confirmAnswer>> | Refused {
  if (ending.kind === "problem") return ending;
  const { stored, paid, chargeStatus } = ending;
  const { accessId, at, allocation, charged, remaining, flags } = stored.event.data;
  const told = paid === null ? stored.event.data : paid.event.data;
  const paymentStatus = chargeStatus ?? told.paymentStatus;
  const body = {
    status: "COMPLETED" as const,
    accessId,
    confirmedAt: at,
    allocation,
    charged,
    paymentStatus,
    remaining,
    flags,
    receipt: receiptOf(paid ?? stored),
  };
  return { kind: "answered", body, position: (paid ?? stored).position };
}

export function cancellationOf<Refused extends Refusal>(
  ending: Cancelled | Refused,
): Answered<Answer<typeof cancelAnswer>> | Refused {
  if (ending.kind === "problem") return ending;
  const { stored } = ending;
  const { accessId, at } = stored.event.data;
  const body = { status: "CANCELLED" as const, accessId, cancelledAt: at, receipt: receiptOf(stored) };
  return { kind: "answered", body, position: stored.position };
}

export function quoteOf<Refused extends Refusal>(
  ending: Quoted | Refused,
): Answered<Answer<typeof quoteAnswer>> | Refused {
  if (ending.kind === "problem") return ending;
  const { kind: _quoted, ...quote } = ending;
  return { kind: "answered", body: { ...quote, total: totalOf(quote.fees) }, position: null };
}

/** What became of an attempt, as of now. */
export function entryAnswerOf({ verdict: { event }, entry, now }: Attempted): Answer<typeof entryAnswer> {
  const { accessId, requestId, at: requestedAt } = event.data;
  const attempt = { accessId, requestId, requestedAt };
  if (event.type !== "EntryGranted" || entry === null) {
    return {
      ...attempt,
      decision: "REJECTED",
      status: "REJECTED",
      code: event.type === "EntryGranted" ? null : event.data.code,
      expiresAt: null,
      confirmedAt: null,
      ruleset: event.type === "EntryRejected" ? event.data.ruleset : null,
      allocation: null,
      charged: null,
      paymentStatus: "NONE",
    };
  }
  const { expiresAt, ruleset } = event.data;
  const granted = { ...attempt, decision: "GRANTED" as const, code: null, expiresAt, ruleset };
  const status = statusAt(entry, now);
  if (entry.status === "COMPLETED" || entry.status === "REVERSED") {
    const { allocation, charged, paymentStatus, confirmedAt } = entry;
    return { ...granted, status, confirmedAt: iso(confirmedAt), allocation, charged, paymentStatus };
  }
  return { ...granted, status, confirmedAt: null, allocation: null, charged: null, paymentStatus: "NONE" };
}
