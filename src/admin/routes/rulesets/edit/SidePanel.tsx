import { useDebouncedValue } from "@mantine/hooks";
import { useTexts } from "../../../texts/texts.ts";
import type { RulesetForm } from "../form/model.ts";
import { toBody } from "../form/toBody.ts";
import { LintList } from "../lint/LintList.tsx";
import { useLint } from "../lint/useLint.ts";
import { Summary } from "../summary/Summary.tsx";
import classes from "./RulesetEditor.module.css";

const LINT_AFTER_MS = 600;

/** What the rule means as it stands: in sentences, and what stands out in it. */
export function SidePanel({
  id,
  form,
  onField,
}: {
  readonly id: string | null;
  readonly form: RulesetForm;
  readonly onField: (field: string) => void;
}) {
  const { rulesets } = useTexts();
  const [typed] = useDebouncedValue(JSON.stringify(toBody(form)), LINT_AFTER_MS);
  const lint = useLint(JSON.parse(typed), id);
  return (
    <aside className={classes["panel"]} aria-label={rulesets.summary}>
      <h2>{rulesets.summary}</h2>
      <Summary form={form} onField={onField} />
      <h2>{rulesets.lint.title}</h2>
      <LintList findings={lint.data ?? []} isLooking={lint.isFetching} onField={onField} />
    </aside>
  );
}
