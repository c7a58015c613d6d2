import type { CardHashes, CardLink } from "../../vault/hashing.ts";

/** What is asked of the gate, and what it answers. */

export interface Freshness {
  /** Per asked stream, the revision it must be known to; -1 for none. */
  readonly heads: readonly number[];
  readonly rulesets: number;
  readonly accountRanges: number;
  readonly rates: number;
  /** How far the business time is ahead of the real one, in milliseconds. 0 without a test clock. */
  readonly clockOffset: number;
}

/** What the register said of a request id. `known`: it was claimed before, by this content. */
export type Claim =
  | { readonly kind: "none" }
  | { readonly kind: "claimed" }
  | {
      readonly kind: "known";
      readonly fingerprint: Buffer;
      readonly accessId: string | null;
      readonly cardId: string | null;
      /** The first time, the terminal belonged to no location. */
      readonly unplaced: boolean;
    };

export interface Opening extends Freshness {
  /** The card of the number, or of the access id; null where neither was asked or nothing is known. */
  readonly cardId: string | null;
  /** Cards of the same account that were thought to be others: their streams count with this one's. */
  readonly joined: readonly string[];
  /** The card was not known before: nothing can stand in its stream. */
  readonly isNewCard: boolean;
  readonly claim: Claim;
}

export interface RequestKey {
  readonly terminal: string;
  readonly operation: string;
  readonly requestId: string;
  readonly fingerprint: Buffer;
}

export interface OpenRequest {
  readonly streams: readonly string[];
  readonly request: RequestKey | null;
  /** For a check: the id the attempt gets if it is new. For others: the entry that is meant. */
  readonly accessId: string | null;
  readonly card: OpenCard | null;
}

/** The number that was read, and the other names it came with. */
export interface OpenCard extends CardHashes {
  readonly newCardId: string;
  readonly mask: string;
  readonly links: readonly CardLink[];
}

/** What only the asking request is told. */
export type Answer = Pick<Opening, "cardId" | "joined" | "isNewCard" | "claim">;
