import { lazy, Suspense, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Tabs } from "../../../shared/page/Tabs.tsx";
import { useTexts } from "../../../texts/texts.ts";
import type { RulesetForm } from "../form/model.ts";
import { fixOf } from "../lint/fixes.ts";
import { LintList } from "../lint/LintList.tsx";
import type { Finding } from "../queries.ts";
import { Summary } from "../summary/Summary.tsx";
import type { PanelTab } from "./panelTab.ts";
import classes from "./RulesetEditor.module.css";

const TryPanel = lazy(async () => ({ default: (await import("../try/TryPanel.tsx")).TryPanel }));

/** What the rule means as it stands: in sentences, what stands out in it, and what it comes to on an example. */
export function SidePanel({
  id,
  form,
  findings,
  isLooking,
  first,
  own,
  onField,
}: {
  readonly id: string | null;
  readonly form: RulesetForm;
  readonly findings: readonly Finding[];
  readonly isLooking: boolean;
  readonly first: PanelTab;
  readonly own: Pick<UseFormReturn<RulesetForm>, "getValues" | "setValue">;
  readonly onField: (field: string) => void;
}) {
  const { rulesets } = useTexts();
  const [tab, setTab] = useState(first);
  return (
    <aside className={classes["panel"]} aria-label={rulesets.summary}>
      <Tabs
        label={rulesets.panel}
        tabs={[
          { name: "summary", label: rulesets.summary },
          { name: "lint", label: rulesets.lint.titleWith(findings.length) },
          { name: "try", label: rulesets.try },
        ]}
        current={tab}
        onChoose={setTab}
      >
        {tab === "summary" ? <Summary form={form} onField={onField} /> : null}
        {tab === "lint" ? (
          <LintList
            findings={findings}
            isLooking={isLooking}
            onField={onField}
            fix={(finding) => fixOf(finding, own)}
          />
        ) : null}
        {tab === "try" ? (
          <Suspense fallback={null}>
            <TryPanel id={id} form={form} />
          </Suspense>
        ) : null}
      </Tabs>
    </aside>
  );
}
