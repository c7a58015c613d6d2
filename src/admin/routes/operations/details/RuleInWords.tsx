import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import { AllFields } from "../../rulesets/fields/AllFields.tsx";
import { toForm } from "../../rulesets/form/toForm.ts";
import { Summary } from "../../rulesets/summary/Summary.tsx";

export interface RuleInWordsProps {
  readonly body: RulesetBody;
}

/** A rule in sentences, then field by field. */
export function RuleInWords({ body }: RuleInWordsProps) {
  return (
    <>
      <Summary form={toForm(body)} />
      <AllFields body={body} />
    </>
  );
}
