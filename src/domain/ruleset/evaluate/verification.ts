import type { RejectionCode } from "../../codes.ts";
import type { Json } from "../../json.ts";
import type { CompiledRuleset } from "./compile.ts";
import type { CheckFacts, VerificationMethod } from "./facts.ts";

/** The acquirer has to be asked. */
export interface VerificationNeed {
  readonly kind: "verification";
  readonly rulesetId: string;
  readonly method: VerificationMethod;
  /** The acquirer is to charge the fee, by the reference that it gives. */
  readonly chargesFees?: true;
}

type Step =
  | { readonly kind: "needs"; readonly need: VerificationNeed }
  | {
      readonly kind: "answered";
      readonly code: RejectionCode | null;
      readonly required: Json;
      readonly seen: Json;
    };

type Verification = NonNullable<CompiledRuleset["verification"]>;

/**
 * Verification of the card at the acquirer: by account status inquiry; where that failed at the last
 * attempt and the ruleset allows it, by an amount ("use the card again to try amount verification").
 */
export function verificationStep(rulesetId: string, verification: Verification, facts: CheckFacts): Step {
  const method = verification.mode === "ASI_THEN_AMOUNT" && facts.card.asiFailed ? "AMOUNT" : "ASI";
  const answer = facts.verification;
  const chargesFees = verification.chargesFees === true ? { chargesFees: true as const } : {};
  if (answer === null || answer.method !== method) {
    return { kind: "needs", need: { kind: "verification", rulesetId, method, ...chargesFees } };
  }
  return {
    kind: "answered",
    code: codeOf(method, answer.outcome, verification.onFailure),
    required: { mode: verification.mode, onFailure: verification.onFailure },
    seen: {
      ...{ method, outcome: answer.outcome, responseCode: answer.responseCode },
      ...(answer.why === undefined ? {} : { why: answer.why }),
    },
  };
}

function codeOf(
  method: VerificationMethod,
  outcome: "PASSED" | "FAILED" | "INSUFFICIENT_FUNDS" | "UNAVAILABLE",
  onFailure: "CLOSED" | "OPEN",
): RejectionCode | null {
  const failed = method === "ASI" ? "CARD_ASI_FAILED" : "CARD_AMOUNT_AUTH_FAILED";
  switch (outcome) {
    case "PASSED":
      return null;
    case "INSUFFICIENT_FUNDS":
      return "CARD_AUTH_INSUFFICIENT_FUNDS";
    case "FAILED":
      return failed;
    case "UNAVAILABLE":
      return onFailure === "OPEN" ? null : failed;
  }
}
