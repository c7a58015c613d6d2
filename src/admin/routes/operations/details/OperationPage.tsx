import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { may } from "../../../api/session.ts";
import { PageHead } from "../../../shared/page/PageHead.tsx";
import { SectionHead } from "../../../shared/page/SectionHead.tsx";
import { TabLinks } from "../../../shared/page/TabLinks.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { word } from "../columns.tsx";
import { OperationStatus } from "../OperationStatus.tsx";
import { type OperationDetails, operationQuery } from "../queries.ts";
import { Decision } from "./decision/Decision.tsx";
import { Life } from "./Life.tsx";
import { OperationFacts } from "./OperationFacts.tsx";
import { ReversalDialog } from "./ReversalDialog.tsx";
import { Raw, Rule, Transactions } from "./tabs.tsx";
import classes from "./OperationPage.module.css";

const route = getRouteApi("/shell/operations/$accessId");
const TABS = ["decision", "rule", "transactions", "raw"] as const;

export function OperationPage() {
  const { operation: words, shell } = useTexts();
  const { accessId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { body: operation, etag } = useSuspenseQuery(operationQuery(accessId)).data;
  const canReverse = may("operations:reverse") && operation.status === "COMPLETED";
  const tab = search.tab ?? "decision";
  return (
    <>
      <PageHead
        title={words.title(accessId)}
        crumbs={[{ to: "/operations", label: shell.pages.operations }]}
        aside={<OperationStatus status={operation.status} />}
        actions={
          canReverse ? (
            <Button
              variant="default"
              onClick={() => void navigate({ to: ".", search: { ...search, do: "reverse" } })}
            >
              {words.reverse}
            </Button>
          ) : undefined
        }
      />
      <Answer operation={operation} />
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
          {tab === "decision" ? <Decision operation={operation} /> : null}
          {tab === "rule" ? <Rule operation={operation} /> : null}
          {tab === "transactions" ? <Transactions operation={operation} /> : null}
          {tab === "raw" ? <Raw operation={operation} /> : null}
        </div>
      </div>
      {search.do === "reverse" && canReverse ? (
        <ReversalDialog
          operation={operation}
          etag={etag}
          onClose={() =>
            void navigate({ to: ".", search: search.tab === undefined ? {} : { tab: search.tab } })
          }
        />
      ) : null}
    </>
  );
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
