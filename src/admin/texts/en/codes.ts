import type { RejectionCode } from "../../../domain/codes.ts";

/** Why an entry was refused, in a few words. */
export const codes = {
  UNKNOWN_DEVICE: "Terminal has no location",
  MISSING_ACCESS_RULES: "No rule for this card here",
  CARD_REPLACED: "Card was replaced",
  CARD_EXPIRED: "Card has expired",
  CARD_FROZEN: "Card is frozen",
  TEMPORARILY_BLOCKED: "Another entry is waiting",
  COOLDOWN_ACTIVE: "Too soon after the last visit",
  UNMET_REQUIREMENTS: "Requirements not met",
  LIMIT_EXCEEDED: "Limit used up",
  CARD_ASI_FAILED: "Card verification failed",
  CARD_AUTH_INSUFFICIENT_FUNDS: "Insufficient funds",
  CARD_AMOUNT_AUTH_FAILED: "Amount verification failed",
} as const satisfies Readonly<Record<RejectionCode, string>>;
