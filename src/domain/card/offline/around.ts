import type { Instant } from "../../time.ts";
import type { Adjustment, Visit } from "../../ruleset/evaluate/facts.ts";

/** What was decided online, and by hand: the reports are placed around it. */

export interface Around {
  /** Completed and not reversed, in the order of confirmation. */
  readonly online: readonly Visit[];
  readonly adjustments: readonly Adjustment[];
  /** From when on another card stands for this one; null while none does. */
  readonly replacedAt: Instant | null;
  /** What became of a grant that a report names, if it was confirmed at this terminal. */
  readonly grant: (accessId: string, terminal: string) => "COMPLETED" | "REVERSED" | null;
}
