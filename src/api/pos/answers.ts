import type {
  EntryCancelled,
  EntryConfirmed,
  EntryGranted,
  EntryRejected,
  PaymentRecorded,
} from "../../domain/card/events.ts";
import type { AttemptRefused } from "../../domain/terminal/events.ts";
import type { KindEntitlement } from "../../domain/ruleset/verdict.ts";
import type { Stored } from "../streams.ts";
import { grantMessage, type Language, rejectionMessage } from "./messages.ts";

/** Answers are made of the stored event alone, so that a repeat, days later too, is answered with the same bytes. */

function receiptOf(stored: Stored<unknown>): Record<string, unknown> {
  return { stream: stored.stream, revision: stored.revision, hash: stored.hash, jws: null };
}

export type Verdict = EntryGranted | EntryRejected | AttemptRefused;

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

/** `paid`: the payment that the terminal told after the confirmation, if that is what it asks about. */
export function confirmAnswerOf(
  stored: Stored<EntryConfirmed>,
  paid: Stored<PaymentRecorded> | null,
): Record<string, unknown> {
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

export function cancelAnswerOf(stored: Stored<EntryCancelled>): Record<string, unknown> {
  const { accessId, at } = stored.event.data;
  return { status: "CANCELLED", accessId, cancelledAt: at, receipt: receiptOf(stored) };
}
