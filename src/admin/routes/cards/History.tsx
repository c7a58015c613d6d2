import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ErrorState } from "../../shared/page/StateView.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { may } from "../../api/session.ts";
import { Who } from "../../shared/people/Who.tsx";
import { useTexts } from "../../texts/texts.ts";
import { historyQuery, type PastAct } from "./queries.ts";

/** What was done to the card beside its visits: by whom, when and why. */
export function History({ cardId }: { readonly cardId: string }) {
  const { cards, shell } = useTexts();
  const { history } = cards;
  const roles: Readonly<Record<string, string>> = shell.roles;
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    historyQuery(cardId),
  );
  const acts = data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <SectionHead title={history.title} />
      {acts === undefined ? (
        error === null ? (
          <p className="second">{shell.loading}</p>
        ) : (
          <ErrorState error={error} retry={() => void refetch()} isPage={false} />
        )
      ) : acts.length === 0 ? (
        <p className="second">{hasNextPage ? history.noneLately : history.none}</p>
      ) : (
        <DataTable
          label={history.title}
          rows={acts}
          rowKey={({ revision }) => String(revision)}
          columns={[
            { id: "at", header: history.at, cell: ({ at }) => <Time at={at} /> },
            { id: "act", header: history.act, cell: (act) => <Done act={act} /> },
            { id: "reason", header: cards.fields.reason, cell: ({ reason }) => <bdi>{reason ?? "–"}</bdi> },
            {
              id: "by",
              header: history.by,
              cell: ({ by }) =>
                by === null ? (
                  history.byItself
                ) : (
                  <div>
                    <Who actor={by} />{" "}
                    {by.name === null ? null : <span className="second">{roles[by.role] ?? by.role}</span>}
                  </div>
                ),
            },
          ]}
        />
      )}
      {hasNextPage ? (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {history.more}
        </Button>
      ) : null}
    </>
  );
}

function Done({ act: { act, adjustment, cardId } }: { readonly act: PastAct }) {
  const { history } = useTexts().cards;
  if (adjustment !== null) {
    const { rulesetId, rulesetName, free, paid } = adjustment;
    const name = <bdi>{rulesetName ?? rulesetId}</bdi>;
    return (
      <>
        {history.adjusted(free, paid)}
        {", "}
        {may("rulesets:read") ? (
          <Link to="/rulesets/$id" params={{ id: rulesetId }}>
            {name}
          </Link>
        ) : (
          name
        )}
      </>
    );
  }
  return (
    <>
      {history.acts[act]}
      {cardId === null ? null : (
        <>
          {" "}
          <Link to="/cards/$cardId" params={{ cardId }}>
            <code>{cardId}</code>
          </Link>
        </>
      )}
    </>
  );
}
