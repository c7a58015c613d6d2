import type { GuestCounts, Payment } from "../../../domain/card/shapes.ts";
import type { OfflineMode, ReportData } from "../../../domain/card/offline/events.ts";
import type { Instant } from "../../../domain/time.ts";
import type { PlainCard } from "../../entry/attempt.ts";

/** A report as it was read, before anything is known of its card. */
export interface ReadReport {
  readonly kind: "report";
  /** Where in the call it stands. */
  readonly index: number;
  readonly reportId: string;
  readonly number: number;
  readonly occurredAt: Instant;
  readonly uncertaintySeconds: number;
  readonly listVersion: string | null;
  readonly mode: OfflineMode;
  readonly outcome: ReportData["outcome"];
  readonly refusal: string | null;
  /** The grant that it confirms; null for an entry that was never asked for online. */
  readonly grant: string | null;
  readonly guests: GuestCounts;
  readonly payment: Payment | null;
  readonly ruleset: { readonly id: string; readonly version: number } | null;
  readonly card: ReportedCard;
}

/** By its number, or by its hash in a whitelist. */
export type ReportedCard =
  | { readonly kind: "number"; readonly card: PlainCard }
  | { readonly kind: "hash"; readonly hash: string };

/** One that can't be taken for an entry. */
export interface InvalidReport {
  readonly kind: "invalid";
  readonly index: number;
  /** Null where not even that can be read. */
  readonly reportId: string | null;
  readonly number: number | null;
  readonly why: string;
}

/** What became of a report. Each of them means that the terminal may forget it. */
export interface ReportOutcome {
  readonly reportId: string | null;
  readonly number: number | null;
  readonly outcome: "ACCEPTED" | "DUPLICATE" | "INVALID";
  readonly accessId: string | null;
  readonly flags: readonly string[];
  readonly why: string | null;
}
