/** Why another card takes a card's place. */
export const REPLACEMENT_CAUSES = ["LOST", "STOLEN", "DAMAGED", "EXPIRED", "OTHER"] as const;
export type ReplacementCause = (typeof REPLACEMENT_CAUSES)[number];
