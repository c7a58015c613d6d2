import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import { ApiProblem } from "../../../api/problem.ts";
import { queryClient } from "../../../api/queryClient.ts";
import { Choice } from "../../../shared/form/Choice.tsx";
import { ProblemText } from "../../../shared/form/FormProblem.tsx";
import { say } from "../../../shared/page/toasts.ts";
import { DateTimeField } from "../../../shared/time/DateTimeField.tsx";
import { Check } from "../../../shared/form/Check.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { LintList } from "../lint/LintList.tsx";
import { useLint } from "../lint/useLint.ts";
import { type Finding, publishRuleset, type Ruleset } from "../queries.ts";
import classes from "./PublishForm.module.css";

interface PublishFormProps {
  readonly ruleset: Ruleset;
  readonly body: RulesetBody;
  /** Of what was reviewed. */
  readonly etag: string | null;
}

/** When it comes into force; errors stand in the way, warnings have to be read. */
export function PublishForm({ ruleset, body, etag }: PublishFormProps) {
  const { rulesets } = useTexts();
  const { reviewPage } = rulesets;
  const { id, scheduled } = ruleset;
  const [mode, setMode] = useState("now");
  const [at, setAt] = useState<string | null>(null);
  const [hasRead, setHasRead] = useState(false);
  const [missing, setMissing] = useState<"time" | "read" | null>(null);
  const lint = useLint(body, id);
  const publishing = usePublish(ruleset, etag);
  const [isWaiting, setWaiting] = useState(false);
  const findings = lint.data ?? [];
  const hasErrors = some(findings, "ERROR");
  const warnings = findings.filter(({ severity }) => severity === "WARNING");
  const isNow = mode === "now";
  const problem = publishing.error ?? lint.error;

  // Who is quicker than the answer has not seen the findings: they are waited for, and judged as any others.
  async function submit(): Promise<void> {
    setWaiting(true);
    const { data: found } = lint.isPending ? await lint.refetch({ cancelRefetch: false }) : lint;
    setWaiting(false);
    if (found === undefined || some(found, "ERROR")) return;
    if (some(found, "WARNING") && !hasRead) setMissing("read");
    else if (!isNow && at === null) setMissing("time");
    else publishing.mutate(isNow ? null : at);
  }

  return (
    <div className={classes["form"]}>
      <LintList findings={findings} isLooking={lint.isPending} />
      {hasErrors ? <p role="alert">{reviewPage.blocked}</p> : null}
      {warnings.length > 0 ? (
        <Check
          label={reviewPage.read(warnings.length)}
          checked={hasRead}
          onChange={setHasRead}
          error={missing === "read" && !hasRead ? reviewPage.readFirst : undefined}
        />
      ) : null}
      <Choice
        label={reviewPage.when}
        options={[
          { value: "now", label: reviewPage.now },
          { value: "later", label: reviewPage.later },
        ]}
        value={mode}
        onChange={setMode}
      />
      {isNow ? null : (
        <DateTimeField
          label={reviewPage.time}
          value={at}
          onChange={setAt}
          error={missing === "time" && at === null ? reviewPage.timeWanted : undefined}
        />
      )}
      {scheduled === null ? null : <p>{reviewPage.replaces}</p>}
      {problem === null ? null : (
        <div role="alert" className={classes["problem"]}>
          <PublishProblem problem={problem} />
        </div>
      )}
      <div>
        <Button
          loading={isWaiting || publishing.isPending}
          onClick={() => void submit()}
          disabled={hasErrors}
        >
          {isNow ? reviewPage.publish : reviewPage.schedule}
        </Button>
      </div>
    </div>
  );
}

function some(findings: readonly Finding[], severity: Finding["severity"]): boolean {
  return findings.some((finding) => finding.severity === severity);
}

/** A draft that changed meanwhile is looked at again before it is published. */
function PublishProblem({ problem }: { readonly problem: Error }) {
  const { reviewPage } = useTexts().rulesets;
  const isChanged = problem instanceof ApiProblem && problem.code === "VERSION_CONFLICT";
  return isChanged ? <p>{reviewPage.changedMeanwhile}</p> : <ProblemText problem={problem} />;
}

function usePublish({ id, name, scheduled }: Ruleset, etag: string | null) {
  const { reviewPage } = useTexts().rulesets;
  const navigate = useNavigate();
  const intent = useRef({ content: "", id: "" });
  return useMutation({
    mutationFn: async (at: string | null) => {
      const content = JSON.stringify([at, etag]);
      if (intent.current.content !== content) intent.current = { content, id: crypto.randomUUID() };
      const body = { at, replaceScheduled: scheduled !== null };
      return await publishRuleset(id, body, { etag, intent: intent.current.id });
    },
    onSuccess: async () => {
      // The rule is among what this page shows: it is there as it is now before the next page shows it.
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== "lint" });
      say(reviewPage.published(name));
      await navigate({ to: "/rulesets/$id", params: { id } });
    },
  });
}
