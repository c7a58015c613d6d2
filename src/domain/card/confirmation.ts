import type { Money } from "../money.ts";
import type { CompiledRuleset } from "../ruleset/evaluate/compile.ts";
import type { Instant } from "../time.ts";
import type { EntryConfirmed } from "./events.ts";
import type { GuestCounts, Payment } from "./shapes.ts";
import type { GuestProblem } from "./guests.ts";
import type { CardState } from "./state.ts";

/** The terminal says that the visit took place. */
export interface ConfirmEntry {
  readonly accessId: string;
  readonly requestId: string | null;
  readonly now: Instant;
  readonly terminal: string;
  readonly guests: GuestCounts;
  readonly payment: Payment | null;
  /** The version the grant was made under, for its limits. */
  readonly grantedUnder: CompiledRuleset;
  /** The version in force, for what remains; null where none is: then the grant's counts. */
  readonly inForce: CompiledRuleset | null;
  /** The other cards of the account, which turned out to be the same. */
  readonly joined: readonly CardState[];
  /** The budget was given to others after this grant had lapsed, and is used up. */
  readonly budgetTaken: boolean;
  /** Told by a report afterwards: it is taken however late it comes. Null: told at once. */
  readonly offline: OfflineConfirmation | null;
}

/** What a report says of a grant that could not be confirmed while the line was down. */
export type OfflineConfirmation = NonNullable<EntryConfirmed["data"]["offline"]>;

export type EntryRefusal =
  | { readonly code: "ENTRY_NOT_FOUND" }
  | { readonly code: "ENTRY_CANCELLED" }
  | { readonly code: "ENTRY_EXPIRED" }
  | { readonly code: "ENTRY_COMPLETED" }
  | { readonly code: "CONFIRMED_DIFFERENTLY" }
  | {
      readonly code: "TOO_MANY_GUESTS" | "FREE_CHILDREN_NOT_ALLOWED";
      readonly problems: readonly GuestProblem[];
    }
  | { readonly code: "PAYMENT_AMOUNT_MISMATCH"; readonly due: Money | null };
