import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { DeskCounts } from "./DeskCounts.tsx";
import { queueFilters } from "./filters.ts";
import type { Operation } from "../operations/queries.ts";
import { type Decision, queueQuery } from "./queries.ts";
import { ReviewDialog } from "./ReviewDialog.tsx";

const route = getRouteApi("/shell/offline");

/** Entries that terminals decided by themselves, and something is amiss with: the desk where people look at them. */
export function OfflinePage() {
  const texts = useTexts();
  const { offline: words, shell } = texts;
  const search = route.useSearch();
  const filters = queueFilters(texts);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const mayReview = may("offline:review");
  const toggle = (accessId: string): void =>
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(accessId)) after.add(accessId);
      return after;
    });
  return (
    <>
      <ListPage<Operation>
        name="offline"
        title={shell.pages.offline}
        lead={<DeskCounts />}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={queueQuery(search, filters)}
        rowKey={({ accessId }) => accessId}
        rowLink={({ accessId }) => ({ to: "/offline/$accessId", params: { accessId } })}
        {...(mayReview
          ? {
              actionsLabel: words.fields.select,
              rowActions: ({ accessId, maskedPan }: Operation) => (
                <input
                  type="checkbox"
                  aria-label={words.selectOne(maskedPan ?? accessId)}
                  checked={selected.has(accessId)}
                  onChange={() => toggle(accessId)}
                />
              ),
            }
          : {})}
        defaultSort="-at"
        actions={
          selected.size === 0 ? undefined : (
            <>
              <Button variant="default" onClick={() => setDeciding("ACCEPTED")}>
                {words.acceptSelected(selected.size)}
              </Button>
              <Button variant="default" onClick={() => setDeciding("DISPUTED")}>
                {words.disputeSelected(selected.size)}
              </Button>
            </>
          )
        }
        empty={
          <StateView icon={IconPlugConnectedX} title={words.empty}>
            <p>{words.emptyWhy}</p>
          </StateView>
        }
      />
      {deciding === null ? null : (
        <ReviewDialog
          accessIds={[...selected]}
          decision={deciding}
          onClose={() => setDeciding(null)}
          onDone={async () => {
            setSelected(new Set());
            await Promise.resolve();
          }}
        />
      )}
    </>
  );
}

function columns({ offline, operations, operationFilters }: Texts): readonly Column<Operation>[] {
  const { fields, flags, types } = operations;
  return [
    {
      id: "at",
      header: offline.fields.happened,
      cell: ({ at }) => <Time at={at} zoneName={false} />,
      sort: { ascending: "at", descending: "-at" },
    },
    {
      id: "flags",
      header: fields.flags,
      cell: ({ flags: raised }) => raised.map((flag) => word(flags, flag)).join(", "),
    },
    {
      id: "card",
      header: fields.card,
      cell: ({ maskedPan }) => <span className="mono">{maskedPan ?? "–"}</span>,
    },
    {
      id: "location",
      header: fields.location,
      cell: ({ locationName }) => <bdi>{locationName ?? "–"}</bdi>,
    },
    {
      id: "terminal",
      header: fields.terminal,
      cell: ({ terminal }) => <bdi className="mono">{terminal}</bdi>,
    },
    { id: "ruleset", header: fields.ruleset, cell: ({ ruleset }) => <bdi>{ruleset?.name ?? "–"}</bdi> },
    {
      id: "reported",
      header: offline.fields.reported,
      cell: ({ offline: told }) => (told === null ? "–" : <Time at={told.reportedAt} zoneName={false} />),
      isExtra: true,
    },
    { id: "type", header: fields.type, cell: ({ type }) => word(types, type), isExtra: true },
    {
      id: "review",
      header: offline.fields.review,
      cell: ({ offline: told }) => {
        if (told === null) return "–";
        return told.waits || told.review === null
          ? operationFilters.reviews.WAITING
          : operationFilters.reviews[told.review.decision];
      },
    },
  ];
}
