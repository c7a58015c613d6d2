import type { CardRefusal } from "../../domain/card/card.ts";
import { invalid, type Problem, problem } from "../problem.ts";

export function entryNotFound(): Problem {
  return problem("NOT_FOUND", "This terminal has no entry of that accessId.");
}

/** Refusals of the card's commands as a terminal or the panel gets them. */
export function refusedEntry(refusal: CardRefusal): Problem {
  switch (refusal.code) {
    case "ENTRY_NOT_FOUND":
      return entryNotFound();
    case "ENTRY_CANCELLED":
    case "ENTRY_EXPIRED":
    case "ENTRY_COMPLETED":
    case "CONFIRMED_DIFFERENTLY":
    case "REVERSAL_TOO_LATE":
    case "NOTHING_TO_REVIEW":
    case "CARD_REPLACED":
      return problem(refusal.code);
    case "ENROLLED_OTHERWISE":
      return problem("ALREADY_EXISTS", "The card is enrolled with other details: take it out first.");
    case "NOTHING_TO_RESOLVE":
      return problem(refusal.code);
    case "PAYMENT_NOT_FOUND":
      return problem("NOT_FOUND");
    case "RESOLUTION_DOES_NOT_FIT":
      return invalid("/outcome", "it is a refund that is open: it was made (REFUNDED), or not (PAID)");
    case "NO_SUCH_PROPOSAL":
      return problem("NOT_FOUND", "There is no such proposal.");
    case "PROPOSAL_DECIDED":
    case "OWN_PROPOSAL":
      return problem(refusal.code);
    case "NOT_OWN_PROPOSAL":
      return problem("FORBIDDEN", "Only whoever proposed it withdraws it.");
    case "BALANCE_DIFFERS":
      return problem("ALREADY_EXISTS", "The same source told of other visits at that time.");
    case "NOT_COMPLETED":
      return problem("NOT_COMPLETED", `The entry is ${refusal.status}.`);
    case "TOO_MANY_GUESTS":
    case "FREE_CHILDREN_NOT_ALLOWED":
      return problem(refusal.code, undefined, { errors: refusal.problems });
    case "PAYMENT_AMOUNT_MISMATCH": {
      const due = refusal.due === null ? "nothing" : `${refusal.due.amount} ${refusal.due.currency}`;
      const message = `${due} is due`;
      return problem("PAYMENT_AMOUNT_MISMATCH", undefined, {
        errors: [{ pointer: "/payment/amount", message }],
      });
    }
  }
}

/** Whether it was asked wrongly, and not of the wrong entry. */
export function isInvalid({ code }: CardRefusal): boolean {
  switch (code) {
    case "TOO_MANY_GUESTS":
    case "FREE_CHILDREN_NOT_ALLOWED":
    case "PAYMENT_AMOUNT_MISMATCH":
      return true;
    case "ENTRY_NOT_FOUND":
    case "ENTRY_CANCELLED":
    case "ENTRY_EXPIRED":
    case "ENTRY_COMPLETED":
    case "CONFIRMED_DIFFERENTLY":
    case "REVERSAL_TOO_LATE":
    case "NOT_COMPLETED":
    case "NOTHING_TO_REVIEW":
    case "CARD_REPLACED":
    case "ENROLLED_OTHERWISE":
    case "PAYMENT_NOT_FOUND":
    case "NOTHING_TO_RESOLVE":
    case "RESOLUTION_DOES_NOT_FIT":
    case "NO_SUCH_PROPOSAL":
    case "PROPOSAL_DECIDED":
    case "OWN_PROPOSAL":
    case "NOT_OWN_PROPOSAL":
    case "BALANCE_DIFFERS":
      return false;
  }
}
