import { Facts } from "../../shared/page/Facts.tsx";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { DataTable } from "../../shared/table/DataTable.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { useBusinessTime } from "../../shared/time/useBusinessTime.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Terminal } from "./queries.ts";

const MINUTE_MS = 60_000;

/** By what the terminal may decide while its line is down, and what it has not told yet. */
export function OfflineFacts({ terminal: { offline } }: { readonly terminal: Terminal }) {
  const words = useTexts().offline.terminal;
  const now = useBusinessTime(MINUTE_MS);
  const { lists, reportedAt, missing } = offline;
  return (
    <>
      <SectionHead title={words.title} />
      {lists.length === 0 ? (
        <p className="second">{words.noLists}</p>
      ) : (
        <DataTable
          label={words.list}
          rows={lists}
          rowKey={({ list }) => list}
          columns={[
            { id: "list", header: words.list, cell: ({ list }) => words.lists[list] },
            { id: "version", header: "SHA-256", cell: ({ version }) => <code>{version.slice(0, 12)}…</code> },
            { id: "sentAt", header: words.sentAt, cell: ({ sentAt }) => <Time at={sentAt} /> },
            {
              id: "validUntil",
              header: words.validUntil,
              cell: ({ validUntil }) => (
                <>
                  <Time at={validUntil} /> {Date.parse(validUntil) <= now ? <b>{words.over}</b> : null}
                </>
              ),
            },
          ]}
        />
      )}
      <Facts
        label={words.title}
        facts={[
          [words.lastReport, reportedAt === null ? words.never : <MaybeTime key="value" at={reportedAt} />],
          [
            words.missing,
            missing.length === 0
              ? words.none
              : missing.map(({ from, to }) => words.numbers(from, to)).join(", "),
          ],
        ]}
      />
    </>
  );
}
