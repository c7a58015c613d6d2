import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ErrorState } from "../../shared/page/StateView.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { OperationStatus } from "../operations/OperationStatus.tsx";
import { recentQuery } from "./queries.ts";

/** Where it came last, and what came of it. */
export function RecentOperations({ cardId }: { readonly cardId: string }) {
  const { cards, operations, codes, shell } = useTexts();
  const { fields } = operations;
  const { data, error, refetch } = useQuery(recentQuery(cardId));
  return (
    <>
      <SectionHead title={cards.recent}>
        {data === undefined || data.items.length === 0 ? null : (
          <Link to="/operations" search={{ cardId }}>
            {cards.allOperations(data.total)}
          </Link>
        )}
      </SectionHead>
      {data === undefined ? (
        error === null ? (
          <p className="second">{shell.loading}</p>
        ) : (
          <ErrorState error={error} retry={() => void refetch()} isPage={false} />
        )
      ) : data.items.length === 0 ? (
        <p className="second">{cards.noOperations}</p>
      ) : (
        <DataTable
          label={cards.recent}
          rows={data.items}
          rowKey={({ accessId }) => accessId}
          rowLink={({ accessId }) => ({ to: "/operations/$accessId", params: { accessId } })}
          columns={[
            { id: "at", header: fields.date, cell: ({ at }) => <Time at={at} /> },
            {
              id: "status",
              header: fields.status,
              cell: ({ status }) => <OperationStatus status={status} />,
            },
            {
              id: "why",
              header: fields.reason,
              cell: ({ code }) => (code === null ? <span aria-hidden="true">–</span> : word(codes, code)),
            },
            {
              id: "location",
              header: fields.location,
              cell: ({ locationName }) => <bdi>{locationName ?? "–"}</bdi>,
            },
          ]}
        />
      )}
    </>
  );
}
