import { useQuery } from "@tanstack/react-query";
import { Link, useRouteContext } from "@tanstack/react-router";
import { may } from "../../../api/session.ts";
import { Money } from "../../../shared/money/Money.tsx";
import { DataTable } from "../../../shared/table/DataTable.tsx";
import { Time } from "../../../shared/time/Time.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { type OperationDetails, spendQuery } from "../queries.ts";
import { Spend } from "./Spend.tsx";
import { ruleInWordsQuery } from "./ruleInWordsQuery.ts";
import classes from "./tabs.module.css";

interface TabProps {
  readonly operation: OperationDetails;
}

/** The version that decided. */
export function Rule({ operation: { ruleset } }: TabProps) {
  const { operation: words, shell } = useTexts();
  const { loadTextsFor } = useRouteContext({ from: "__root__" });
  const { data: RuleInWords } = useQuery(ruleInWordsQuery(loadTextsFor));
  if (ruleset === null) return <p className="second">{words.noRule}</p>;
  const { id, name, version, body } = ruleset;
  const title = <bdi>{`${name} v${String(version)}`}</bdi>;
  return (
    <>
      <h3>
        {body === null ? (
          title
        ) : (
          <Link to="/rulesets/$id" params={{ id }}>
            {title}
          </Link>
        )}
      </h3>
      {body === null ? (
        <p className="second">{words.ruleHidden}</p>
      ) : RuleInWords === undefined ? (
        <p role="status">{shell.loading}</p>
      ) : (
        <RuleInWords body={body} />
      )}
    </>
  );
}

/** The card's transactions that the decision has looked at: each with why it counted, for those who read transactions. */
export function Transactions({ operation: { accessId, transactions, trace, ruleset } }: TabProps) {
  const { operation: words } = useTexts();
  const isAsked = trace.some(({ condition }) => condition === "spendReached");
  const { data: evidence } = useQuery({
    ...spendQuery(accessId),
    enabled: isAsked && may("transactions:read"),
  });
  if (evidence !== undefined && evidence.length > 0) {
    return evidence.map((one) => (
      <Spend
        key={one.rulesetId}
        evidence={one}
        name={ruleset?.id === one.rulesetId ? ruleset.name : one.rulesetId}
      />
    ));
  }
  if (transactions.length === 0) return <p className="second">{words.noTransactions}</p>;
  return (
    <DataTable
      label={words.tabs.transactions}
      rows={transactions}
      rowKey={({ id }) => id}
      columns={[
        { id: "id", header: words.transaction.id, cell: ({ id }) => <code>{id}</code> },
        { id: "at", header: words.transaction.at, cell: ({ at }) => <Time at={at} /> },
        {
          id: "net",
          header: words.transaction.net,
          cell: ({ net }) => <Money money={net} />,
          isNumber: true,
        },
      ]}
    />
  );
}

/** The answer of the API as it stands. */
export function Raw({ operation }: TabProps) {
  return <pre className={classes["raw"]}>{JSON.stringify(operation, null, 2)}</pre>;
}
