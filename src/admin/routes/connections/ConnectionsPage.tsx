import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useSuspenseQuery } from "@tanstack/react-query";
import { may } from "../../api/session.ts";
import { Money } from "../../shared/money/Money.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./ConnectionPart.module.css";
import { ConnectionPart } from "./ConnectionPart.tsx";
import { connectionsQuery, type OpenAmounts } from "./queries.ts";

/** The systems outside, and the amounts that are still to be given back. */
export function ConnectionsPage() {
  const { connections: words, shell } = useTexts();
  const { data, refetch, isFetching } = useSuspenseQuery(connectionsQuery());
  return (
    <>
      <PageHead
        title={shell.pages.connections}
        actions={
          <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
            {shell.refresh}
          </Button>
        }
      />
      <p className="second">{words.why}</p>
      {data.items.map((connection) => (
        <ConnectionPart key={connection.name} connection={connection} />
      ))}
      {data.amounts === null ? null : <Amounts amounts={data.amounts} />}
    </>
  );
}

function Amounts({ amounts: { total, items } }: { readonly amounts: OpenAmounts }) {
  const { amounts: words, silences } = useTexts().connections;
  const states: Readonly<Record<string, string>> = words.states;
  const problems: Readonly<Record<string, string>> = silences;
  return (
    <>
      <SectionHead title={words.title} />
      <p className="second">{words.why}</p>
      {total === 0 ? (
        <p>{words.none}</p>
      ) : (
        <DataTable
          label={words.title}
          rows={items}
          rowKey={({ key }) => key}
          columns={[
            { id: "amount", header: words.amount, cell: ({ amount }) => <Money money={amount} /> },
            { id: "state", header: words.state, cell: ({ state }) => states[state] ?? state },
            { id: "askedAt", header: words.askedAt, cell: ({ askedAt }) => <Time at={askedAt} /> },
            { id: "tries", header: words.tries, cell: ({ tries }) => String(tries) },
            {
              id: "problem",
              header: words.problem,
              cell: ({ problem }) => (problem === null ? "–" : (problems[problem] ?? problem)),
            },
            { id: "nextAt", header: words.nextAt, cell: ({ nextAt }) => <Time at={nextAt} /> },
            {
              id: "operation",
              header: words.operation,
              cell: ({ accessId }) =>
                may("operations:read") ? (
                  <Link to="/operations/$accessId" params={{ accessId }}>
                    <code className={classes["wraps"]}>{accessId}</code>
                  </Link>
                ) : (
                  <code className={classes["wraps"]}>{accessId}</code>
                ),
            },
          ]}
        />
      )}
    </>
  );
}
