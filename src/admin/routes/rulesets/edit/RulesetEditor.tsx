import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { lazy, Suspense, useMemo, useRef } from "react";
import type { Answered } from "../../../api/client.ts";
import { Conflict, type Theirs } from "../../../shared/form/Conflict.tsx";
import { FieldHintsContext } from "../../../shared/form/fieldHints.ts";
import { focusField } from "../../../shared/form/focusField.ts";
import { FormProblem, linesOf } from "../../../shared/form/FormProblem.tsx";
import { LeaveGuard } from "../../../shared/form/LeaveGuard.tsx";
import { useBodyForm } from "../../../shared/form/useBodyForm.ts";
import type { SeenRevision } from "../../../shared/form/useRevision.ts";
import { type Crumb, PageHead } from "../../../shared/page/PageHead.tsx";
import { useTexts } from "../../../texts/texts.ts";
import type { RulesetForm } from "../form/model.ts";
import { toBody } from "../form/toBody.ts";
import { fieldHints } from "../lint/FieldHint.tsx";
import { fieldOf } from "../lint/fieldOf.ts";
import { useLint } from "../lint/useLint.ts";
import type { Finding, Ruleset, RulesetInput } from "../queries.ts";
import { useNames } from "../summary/useNames.ts";
import { fieldLabels } from "./fieldLabels.ts";
import { DraftOffer } from "./DraftOffer.tsx";
import type { PanelTab } from "./panelTab.ts";
import { SectionNavigation } from "./SectionNavigation.tsx";
import { Sections } from "./sections/Sections.tsx";
import { useKeptDraft } from "./useKeptDraft.ts";
import classes from "./RulesetEditor.module.css";

const LINT_AFTER_MS = 600;
const NONE: readonly Finding[] = [];

/** Of no use before the form is there. */
const SidePanel = lazy(async () => ({ default: (await import("./SidePanel.tsx")).SidePanel }));

/** Where it goes on once the draft is saved. */
export type Next = "edit" | "review";

interface RulesetEditorProps {
  /** Null for a new rule. */
  readonly id: string | null;
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly note: string | null;
  readonly revision: SeenRevision<RulesetForm>;
  /** What is there by now, where somebody else has saved it. */
  readonly load: (() => Promise<Theirs<RulesetForm>>) | null;
  /** What stands beside the form at first. */
  readonly panel: PanelTab;
  readonly send: (body: RulesetInput, intent: string) => Promise<Answered<Ruleset>>;
  readonly onDone: (saved: Answered<Ruleset>, next: Next) => void;
}

/** The whole of a rule on one page: its sections, its fields, and what it means in words. */
export function RulesetEditor(props: RulesetEditorProps) {
  const { id, title, crumbs, note, revision, load, panel, send, onDone } = props;
  const texts = useTexts();
  const { rulesets, rulesetFields, shell } = texts;
  const names = useNames();
  const next = useRef<Next>("edit");
  const own = useBodyForm<RulesetForm, RulesetInput, Answered<Ruleset>>({
    defaults: revision.form,
    toBody,
    schema: async () => (await import("../../../../domain/ruleset/input.ts")).rulesetInput,
    send,
    onDone: (saved) => {
      draft.discard();
      onDone(saved, next.current);
    },
  });
  const { form, submit, isBusy, problem } = own;
  const { control, formState } = form;
  const { errors, submitCount, isDirty, isSubmitSuccessful } = formState;
  const typed = form.watch();
  const isChanged = isDirty && !(isSubmitSuccessful && problem === null);
  const draft = useKeptDraft(id, form, revision, isChanged ? typed : null);
  const [looked] = useDebouncedValue(JSON.stringify(toBody(typed)), LINT_AFTER_MS);
  const lint = useLint(JSON.parse(looked), id);
  const findings = lint.data ?? NONE;
  const hints = useMemo(() => fieldHints(findings), [findings]);
  const save = (then: Next): void => {
    next.current = then;
    void submit();
  };
  return (
    <>
      <PageHead
        title={title}
        crumbs={[{ to: "/rulesets", label: shell.pages.rulesets }, ...crumbs]}
        actions={
          <>
            <Button variant="default" loading={isBusy} onClick={() => save("edit")}>
              {rulesetFields.saveDraft}
            </Button>
            <Button loading={isBusy} onClick={() => save("review")}>
              {rulesets.review}
            </Button>
          </>
        }
      />
      {note === null ? null : <p className={classes["note"]}>{note}</p>}
      <DraftOffer draft={draft} />
      <FormProblem
        errors={errors}
        submitCount={submitCount}
        problem={problem}
        labels={fieldLabels(rulesetFields)}
      />
      {load === null ? null : (
        <Conflict
          own={own}
          revision={revision}
          units={async () => (await import("./units.ts")).rulesetUnits(texts, names)}
          load={load}
        />
      )}
      <div className={classes["columns"]}>
        <SectionNavigation
          errors={linesOf(errors).map(({ name }) => name)}
          hints={findings.map(({ pointer }) => fieldOf(pointer))}
        />
        <form
          className={classes["form"]}
          aria-label={title}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            save("edit");
          }}
        >
          <FieldHintsContext value={hints}>
            <Sections id={id} control={control} typed={typed} />
          </FieldHintsContext>
          {/* Enter in a field saves the draft, as the button above does. */}
          <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden="true" />
        </form>
        <Suspense fallback={null}>
          <SidePanel
            id={id}
            form={typed}
            findings={findings}
            isLooking={lint.isFetching}
            first={panel}
            own={form}
            onField={focusField}
          />
        </Suspense>
      </div>
      <LeaveGuard isDirty={isChanged} onLeave={draft.discard} />
    </>
  );
}
