import type { RulesetBody } from "../../../../domain/ruleset/events.ts";
import { Link } from "@tanstack/react-router";
import { Money } from "../../../shared/money/Money.tsx";
import { DataTable } from "../../../shared/table/DataTable.tsx";
import { Time } from "../../../shared/time/Time.tsx";
import { useTexts } from "../../../texts/texts.ts";
import { AllFields } from "../../rulesets/fields/AllFields.tsx";
import { toForm } from "../../rulesets/form/toForm.ts";
import { Summary } from "../../rulesets/summary/Summary.tsx";
import type { OperationDetails } from "../queries.ts";
import classes from "./tabs.module.css";

interface TabProps {
  readonly operation: OperationDetails;
}

/** The version that decided. */
export function Rule({ operation: { ruleset } }: TabProps) {
  const { operation: words } = useTexts();
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
      {body === null ? <p className="second">{words.ruleHidden}</p> : <RuleInWords body={body} />}
    </>
  );
}

/** In sentences, then field by field. */
function RuleInWords({ body }: { readonly body: RulesetBody }) {
  return (
    <>
      <Summary form={toForm(body)} />
      <AllFields body={body} />
    </>
  );
}

/** The card's transactions that the decision has looked at. */
export function Transactions({ operation: { transactions } }: TabProps) {
  const { operation: words } = useTexts();
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
