import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { SectionHead } from "../page/SectionHead.tsx";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../time/Time.tsx";

type Operation = ItemOf<"/api/operations">;

const DAY_MS = 86_400_000;
const MOST = "50";

/** Where else the card was a day before and after: what an entry has to be judged beside. */
export function OtherVisits({ operation: { accessId, cardId, at } }: { readonly operation: Operation }) {
  const { offline: words, operations } = useTexts();
  const from = new Date(Date.parse(at) - DAY_MS).toISOString();
  const to = new Date(Date.parse(at) + DAY_MS).toISOString();
  const { data } = useQuery({
    queryKey: ["operations", "around", accessId, from],
    queryFn: async () => {
      const query = { cardId, from, to, limit: MOST, sort: "at" as const };
      return (await ask(() => api.GET("/api/operations", { params: { query } }))).body;
    },
  });
  const others = (data?.items ?? []).filter((one) => one.accessId !== accessId);
  return (
    <>
      <SectionHead title={words.others} />
      {data === undefined ? null : others.length === 0 ? (
        <p className="second">{words.noOthers}</p>
      ) : (
        <DataTable
          label={words.others}
          rows={others}
          rowKey={(one) => one.accessId}
          rowLink={(one) => ({ to: "/operations/$accessId", params: { accessId: one.accessId } })}
          columns={[
            {
              id: "at",
              header: operations.fields.date,
              cell: (one) => <Time at={one.at} zoneName={false} />,
            },
            { id: "type", header: operations.fields.type, cell: (one) => word(operations.types, one.type) },
            {
              id: "status",
              header: operations.fields.status,
              cell: (one) => operations.statuses[one.status],
            },
            {
              id: "location",
              header: operations.fields.location,
              cell: (one) => <bdi>{one.locationName}</bdi>,
            },
            {
              id: "ruleset",
              header: operations.fields.ruleset,
              cell: (one) => <bdi>{one.ruleset?.name ?? "–"}</bdi>,
            },
          ]}
        />
      )}
    </>
  );
}
