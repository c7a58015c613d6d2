import type { Adjustment, Visit } from "../../ruleset/evaluate/facts.ts";

/** What was decided online, and by hand, of all cards of an account: the reports are placed around it. */

export interface Around {
  /** Completed and not reversed. */
  readonly online: readonly Visit[];
  readonly adjustments: readonly Adjustment[];
  /** What became of a grant that a report names, if it was confirmed at this terminal. */
  readonly grant: (accessId: string, terminal: string) => "COMPLETED" | "REVERSED" | null;
}
