import { Button } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "../page/StateView.tsx";
import { SectionHead } from "../page/SectionHead.tsx";
import { Who } from "../people/Who.tsx";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";

/** Something that was done, or that happened by itself. */
export interface PastAct {
  readonly revision: number;
  readonly at: string;
  /** Null: nobody of the office. */
  readonly by: {
    readonly id: string;
    readonly role: string;
    readonly name: string | null;
    readonly deleted: boolean;
  } | null;
  readonly reason: string | null;
}

export interface ActsPage<Act> {
  readonly items: readonly Act[];
  readonly nextCursor: string | null;
}

/** What was done to something: when, by whom and why, the newest first, page by page. */
export function Acts<Act extends PastAct>({
  title,
  none,
  byItself,
  query,
  what,
}: {
  readonly title: string;
  /** Said where there is nothing. */
  readonly none: string;
  /** Who it was where nobody of the office did it. */
  readonly byItself: string;
  readonly query: UseInfiniteQueryResult<{ readonly pages: readonly ActsPage<Act>[] }>;
  readonly what: (act: Act) => ReactNode;
}) {
  const { history, shell } = useTexts();
  const roles: Readonly<Record<string, string>> = shell.roles;
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const acts = data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <SectionHead title={title} />
      {acts === undefined ? (
        error === null ? (
          <p className="second">{shell.loading}</p>
        ) : (
          <ErrorState error={error} retry={() => void refetch()} isPage={false} />
        )
      ) : acts.length === 0 ? (
        <p className="second">{hasNextPage ? history.noneLately : none}</p>
      ) : (
        <DataTable
          label={title}
          rows={acts}
          rowKey={({ revision }) => String(revision)}
          columns={[
            { id: "at", header: history.at, cell: ({ at }) => <Time at={at} /> },
            { id: "act", header: history.act, cell: what },
            { id: "reason", header: history.reason, cell: ({ reason }) => <bdi>{reason ?? "–"}</bdi> },
            {
              id: "by",
              header: history.by,
              cell: ({ by }) =>
                by === null ? (
                  byItself
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
