import type { z } from "zod";
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
import { grantMessage, type Language, rejectionMessage } from "./messages.ts";
import type { entryAnswer } from "./schemas.ts";

/** Answers are made of the stored event alone, so that a repeat, days later too, is answered with the same bytes. */

function receiptOf(stored: Stored<unknown>): Record<string, unknown> {
  return { stream: stored.stream, revision: stored.revision, hash: stored.hash, jws: null };
}

export function checkAnswerOf(stored: Stored<Verdict>, language: Language): Record<string, unknown> {
  const { event } = stored;
  switch (event.type) {
    case "EntryGranted": {
      const { accessId, expiresAt, ruleset, cost, fee, available, guests } = event.data;
      const { max, adults, children, freeUnderAge } = guests;
      return {
        decision: "GRANTED",
        accessId,
        expiresAt,
        ruleset,
        cardholder: { cost, fee },
        available,
        guests: { max, adults: kindOf(adults), children: kindOf(children), freeUnderAge },
        message: grantMessage(language, event.data),
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
        message: rejectionMessage(language, code),
      };
    }
    case "AttemptRefused": {
      const { accessId, code } = event.data;
      const message = rejectionMessage(language, code);
      return { decision: "REJECTED", accessId, code, retryable: false, nextFreeAt: null, message };
    }
  }
}

function kindOf({ max, free, paid, fee }: KindEntitlement): Record<string, unknown> {
  return { max, free, paid, fee };
}

export interface Answered {
  readonly kind: "answered";
  readonly body: Record<string, unknown>;
  /** Null where nothing was written. */
  readonly position: Position | null;
}

/** What a terminal is told of the end of an entry, or of what that would cost. */
export function answerOf<Refused extends { readonly kind: "problem" }>(
  ending: Confirmed | Cancelled | Quoted | Refused,
): Answered | Refused {
  switch (ending.kind) {
    case "problem":
      return ending;
    case "confirmed": {
      const { stored, paid } = ending;
      return { kind: "answered", body: confirmationOf(ending), position: (paid ?? stored).position };
    }
    case "cancelled": {
      const { accessId, at } = ending.stored.event.data;
      const body = { status: "CANCELLED", accessId, cancelledAt: at, receipt: receiptOf(ending.stored) };
      return { kind: "answered", body, position: ending.stored.position };
    }
    case "quoted": {
      const { kind: _quoted, ...quote } = ending;
      return { kind: "answered", body: { ...quote, total: totalOf(quote.fees) }, position: null };
    }
  }
}

function confirmationOf({ stored, paid }: Confirmed): Record<string, unknown> {
  const { accessId, at, allocation, charged, remaining, flags } = stored.event.data;
  const { paymentStatus } = paid === null ? stored.event.data : paid.event.data;
  return {
    status: "COMPLETED",
    accessId,
    confirmedAt: at,
    allocation,
    charged,
    paymentStatus,
    remaining,
    flags,
    receipt: receiptOf(paid ?? stored),
  };
}

/** What became of an attempt, as of now. */
export function entryAnswerOf({ verdict: { event }, entry, now }: Attempted): z.infer<typeof entryAnswer> {
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
