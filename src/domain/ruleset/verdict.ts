import { z } from "zod";
import type { RejectionCode } from "../codes.ts";
import { storedCount } from "../count.ts";
import { jsonValue } from "../json.ts";
import { storedMoney } from "../money.ts";

/** What a decision says, as events keep it. Instants are RFC 3339 texts here. */

/** One condition that was looked at: what it wanted, what it saw, and whether it let the card pass. */
export const traceStep = z.object({
  condition: z.string(),
  /** Null for a condition on the card or the place as such. */
  rulesetId: z.string().nullable(),
  required: jsonValue,
  seen: jsonValue,
  pass: z.boolean(),
});
export type TraceStep = z.infer<typeof traceStep>;

export const cost = z.enum(["FREE", "PAID"]);
export type Cost = z.infer<typeof cost>;

export const rulesetRef = z.object({ id: z.string(), name: z.string(), version: z.int() });
export type RulesetRef = z.infer<typeof rulesetRef>;

/** Visits left. */
export const availability = z.object({
  free: storedCount,
  paid: storedCount,
  /** When the next free visit is there; null while one is, or if none comes. */
  nextFreeAt: z.string().nullable(),
});
export type Availability = z.infer<typeof availability>;

/** What guests of one kind may do at this entry. */
export const kindEntitlement = z.object({
  max: storedCount,
  /** Of `max`, how many enter free; the others pay: `free + paid = max`. */
  free: storedCount,
  paid: storedCount,
  fee: storedMoney.nullable(),
  /** How many could pay if the shared pool went elsewhere. */
  payable: storedCount,
});
export type KindEntitlement = z.infer<typeof kindEntitlement>;

export const guestEntitlement = z.object({
  max: storedCount,
  adults: kindEntitlement,
  children: kindEntitlement,
  freeUnderAge: z.int().nullable(),
  /** Units of the shared pool that are left for guests; null for no pool. */
  pool: storedCount.nullable(),
});
export type GuestEntitlement = z.infer<typeof guestEntitlement>;

export interface Granted {
  readonly kind: "granted";
  readonly ruleset: RulesetRef;
  readonly cost: Cost;
  readonly fee: z.infer<typeof storedMoney> | null;
  readonly available: Availability;
  readonly guests: GuestEntitlement;
  /** Who collects what is due; absent: the terminal. */
  readonly collectedBy?: "ACQUIRER";
  readonly trace: readonly TraceStep[];
}

export interface Rejected {
  readonly kind: "rejected";
  readonly code: RejectionCode;
  /** The ruleset that got furthest; null where none was looked at. */
  readonly ruleset: RulesetRef | null;
  readonly retryable: boolean;
  /** When it may succeed; null for unknown or never. */
  readonly nextFreeAt: string | null;
  readonly trace: readonly TraceStep[];
}
