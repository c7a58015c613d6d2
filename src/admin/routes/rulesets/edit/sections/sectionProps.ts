import type { Control } from "react-hook-form";
import type { RulesetForm } from "../../form/model.ts";

/** What each section of the editor is given. */
export interface SectionProps {
  /** Null for a new rule. */
  readonly id: string | null;
  readonly control: Control<RulesetForm>;
  /** As it stands: some fields show others. */
  readonly typed: RulesetForm;
}
