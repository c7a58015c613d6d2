import { Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import { may } from "../../../api/session.ts";
import { queryClient } from "../../../api/queryClient.ts";
import type { Hint } from "../../../shared/live/connection.ts";
import { useHints } from "../../../shared/live/useLive.ts";
import type { Decided } from "../../../shared/decision/conditions.ts";
import { Decision } from "../../../shared/decision/Decision.tsx";
import { Entries, Report } from "../../../shared/offline/Report.tsx";
import { PageHead } from "../../../shared/page/PageHead.tsx";
import { SectionHead } from "../../../shared/page/SectionHead.tsx";
import { TabLinks } from "../../../shared/page/TabLinks.tsx";
import { usePrinting } from "../../../shared/page/usePrinting.ts";
import { countdown } from "../../../shared/time/countdown.ts";
import { Time } from "../../../shared/time/Time.tsx";
import { useBusinessTime } from "../../../shared/time/useBusinessTime.ts";
import { useTexts } from "../../../texts/texts.ts";
import { word } from "../../../texts/word.ts";
import { OperationStatus } from "../OperationStatus.tsx";
import { type OperationDetails, operationQuery } from "../queries.ts";
import { Life } from "./Life.tsx";
import { OperationFacts } from "./OperationFacts.tsx";
import { ruleInWordsQuery } from "./ruleInWordsQuery.ts";
import { Raw, Rule, Transactions } from "./tabs.tsx";
import classes from "./OperationPage.module.css";

/** Wanted by few, and never at once. */
const ReversalDialog = lazy(async () => ({ default: (await import("./ReversalDialog.tsx")).ReversalDialog }));

const route = getRouteApi("/shell/operations/$accessId");
const TABS = ["decision", "rule", "transactions", "raw"] as const;
const ON_PAPER = ["decision", "rule", "transactions"] as const;

export function OperationPage() {
  const { operation: words, shell } = useTexts();
  const { accessId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { body: operation, etag } = useSuspenseQuery(operationQuery(accessId)).data;
  useHints(
    false,
    useCallback(
      async (hint: Hint) => {
        const { queryKey } = operationQuery(accessId);
        if (hint === null || hint.includes(accessId)) await queryClient.invalidateQueries({ queryKey });
      },
      [accessId],
    ),
  );
  const { reverse } = operation.actions;
  const canReverse = reverse.allowed;
  const tab = search.tab ?? "decision";
  const isPrinting = usePrinting();
  const { loadTextsFor } = route.useRouteContext();
  // Paper does not wait: it is there before somebody prints.
  useQuery(ruleInWordsQuery(loadTextsFor));
  return (
    <>
      <PageHead
        title={words.title(accessId)}
        crumbs={[{ to: "/operations", label: shell.pages.operations }]}
        aside={<OperationStatus status={operation.status} />}
        actions={
          <>
            {operation.offline?.waits === true && may("offline:review") ? (
              <Button
                renderRoot={(props) => <Link to="/offline/$accessId" params={{ accessId }} {...props} />}
              >
                {words.toReview}
              </Button>
            ) : null}
            {canReverse ? (
              <Button
                variant="default"
                onClick={() => void navigate({ to: ".", search: { ...search, do: "reverse" } })}
              >
                {words.reverse}
              </Button>
            ) : null}
          </>
        }
      />
      <Answer operation={operation} />
      <Overtaken operation={operation} />
      <ReversalTime until={reverse.until} isOver={reverse.reason === "REVERSAL_TOO_LATE"} />
      <div className={classes["columns"]}>
        <div>
          <SectionHead title={words.facts} />
          <OperationFacts operation={operation} />
          <SectionHead title={words.life} />
          <Life operation={operation} />
        </div>
        <div>
          <TabLinks
            label={words.tabs[tab]}
            tabs={TABS.map((name) => ({ name, label: words.tabs[name], search: { tab: name } }))}
            current={tab}
          />
          {/* Nobody turns to another tab on paper. */}
          {(isPrinting ? ON_PAPER : [tab]).map((name) => (
            <section key={name} aria-label={words.tabs[name]}>
              {isPrinting ? <SectionHead title={words.tabs[name]} /> : null}
              <Tab name={name} operation={operation} />
            </section>
          ))}
        </div>
      </div>
      {search.do === "reverse" && canReverse ? (
        <Suspense>
          <ReversalDialog
            operation={operation}
            etag={etag}
            onClose={() =>
              void navigate({ to: ".", search: search.tab === undefined ? {} : { tab: search.tab } })
            }
          />
        </Suspense>
      ) : null}
    </>
  );
}

function decidedOf({ status, trace, nearMisses, ruleset }: OperationDetails): Decided {
  return {
    isGranted: status !== "REJECTED",
    trace,
    nearMisses,
    decidedBy: ruleset?.id ?? null,
    rulesets: ruleset === null ? [] : [ruleset],
  };
}

/** The decision in one sentence. */
function Answer({ operation: { status, code, cost } }: { readonly operation: OperationDetails }) {
  const { operation: words, operations, codes } = useTexts();
  const text =
    status === "REJECTED"
      ? words.refused(code === null ? "" : word(codes, code))
      : words.letIn(cost === null ? "" : operations.costs[cost]);
  return <p className={classes["answer"]}>{text}</p>;
}

/** What was reported later has shown that it should not have been let in. */
function Overtaken({ operation: { overtakenBy } }: { readonly operation: OperationDetails }) {
  const { offline } = useTexts();
  if (overtakenBy.length === 0) return null;
  return (
    <div className="second">
      {offline.overtaken} <Entries ids={overtakenBy} />
    </div>
  );
}

/** How long it may still be taken back, for those whose time for it is limited. */
function ReversalTime({ until, isOver }: { readonly until: string | null; readonly isOver: boolean }) {
  const { operation: words } = useTexts();
  const now = useBusinessTime(1_000);
  if (until === null) return null;
  const left = Date.parse(until) - now;
  return (
    <p className="second">
      {isOver || left <= 0 ? words.reversal.over : words.reversal.left(countdown(left))} <Time at={until} />
    </p>
  );
}

function Tab({
  name,
  operation,
}: {
  readonly name: (typeof TABS)[number];
  readonly operation: OperationDetails;
}) {
  switch (name) {
    case "decision":
      if (operation.offline !== null) return <Report operation={operation} />;
      return <Decision decided={decidedOf(operation)} />;
    case "rule":
      return <Rule operation={operation} />;
    case "transactions":
      return <Transactions operation={operation} />;
    case "raw":
      return <Raw operation={operation} />;
  }
}
