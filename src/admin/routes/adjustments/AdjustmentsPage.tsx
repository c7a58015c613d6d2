import { Button } from "@mantine/core";
import { IconFileImport, IconPlusMinus } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import { Who } from "../../shared/people/Who.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import type { Deciding } from "./DecideDialog.tsx";
import { adjustmentFilters } from "./filters.ts";
import { type Adjustment, adjustmentsQuery } from "./queries.ts";

const route = getRouteApi("/shell/adjustments");
/** Dialogs are loaded when they are wanted. */
const DecideDialog = lazy(async () => ({ default: (await import("./DecideDialog.tsx")).DecideDialog }));

interface Open {
  readonly decision: Deciding;
  readonly ids: readonly string[];
}

/** Visits that were proposed, and wait for another person; earlier ones by the filters. */
export function AdjustmentsPage() {
  const texts = useTexts();
  const { adjustments: words, shell } = texts;
  const search = route.useSearch();
  const filters = adjustmentFilters(texts);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<Open | null>(null);
  const toggle = (id: string): void =>
    setSelected((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  const decide = (decision: Deciding): void => setOpen({ decision, ids: [...selected] });
  return (
    <>
      <ListPage<Adjustment>
        name="adjustments"
        title={shell.pages.adjustments}
        lead={<p className="second">{words.why}</p>}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={adjustmentsQuery(search, filters)}
        rowKey={({ id }) => id}
        {...(may("adjustments:propose")
          ? {
              actionsLabel: words.select,
              rowActions: (one: Adjustment) => (
                <RowActions
                  adjustment={one}
                  isSelected={selected.has(one.id)}
                  onToggle={() => toggle(one.id)}
                  onWithdraw={() => setOpen({ decision: "WITHDRAWN", ids: [one.id] })}
                />
              ),
            }
          : {})}
        actions={
          selected.size === 0 ? (
            <Balances />
          ) : (
            <>
              <Button onClick={() => decide("APPROVED")}>{words.approve(selected.size)}</Button>
              <Button variant="default" onClick={() => decide("DECLINED")}>
                {words.decline(selected.size)}
              </Button>
            </>
          )
        }
        empty={
          <StateView icon={IconPlusMinus} title={words.empty}>
            <p>{words.emptyWhy}</p>
          </StateView>
        }
      />
      {open === null ? null : (
        <Suspense>
          <DecideDialog {...open} onClose={() => setOpen(null)} onDone={() => setSelected(new Set())} />
        </Suspense>
      )}
    </>
  );
}

function Balances() {
  const { adjustments } = useTexts();
  return (
    <>
      <Button variant="default" component={Link} to="/adjustments/imports">
        {adjustments.balances.open}
      </Button>
      {may("cards:write") ? (
        <Button
          variant="default"
          component={Link}
          to="/adjustments/import"
          leftSection={<IconFileImport size={16} aria-hidden="true" />}
        >
          {adjustments.balances.import}
        </Button>
      ) : null}
    </>
  );
}

function RowActions({
  adjustment: { maskedPan, cardId, actions },
  isSelected,
  onToggle,
  onWithdraw,
}: {
  readonly adjustment: Adjustment;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
  readonly onWithdraw: () => void;
}) {
  const { adjustments: words } = useTexts();
  const card = maskedPan ?? cardId;
  if (actions.withdraw.allowed) {
    return (
      <Button size="compact-sm" variant="subtle" aria-label={words.withdrawOf(card)} onClick={onWithdraw}>
        {words.withdraw}
      </Button>
    );
  }
  return actions.approve.allowed ? (
    <input type="checkbox" aria-label={words.selectOne(card)} checked={isSelected} onChange={onToggle} />
  ) : null;
}

function columns({ adjustments: words }: Texts): readonly Column<Adjustment>[] {
  const signed = (count: number): string => (count > 0 ? `+${String(count)}` : String(count));
  return [
    { id: "at", header: words.at, cell: ({ at }) => <Time at={at} zoneName={false} /> },
    {
      id: "card",
      header: words.card,
      cell: ({ maskedPan, cardId }) => (
        <Link to="/cards/$cardId" params={{ cardId }} className="mono">
          {maskedPan ?? cardId}
        </Link>
      ),
    },
    {
      id: "rule",
      header: words.rule,
      cell: ({ rulesetName, rulesetId }) => <bdi>{rulesetName ?? rulesetId}</bdi>,
    },
    { id: "free", header: words.free, cell: ({ free }) => signed(free), isNumber: true },
    { id: "paid", header: words.paid, cell: ({ paid }) => signed(paid), isNumber: true },
    { id: "reason", header: words.reason, cell: ({ reason }) => <bdi>{reason}</bdi> },
    { id: "by", header: words.by, cell: ({ by }) => <Who actor={by} /> },
    { id: "status", header: words.status, cell: ({ status }) => words.statuses[status] },
    {
      id: "decidedBy",
      header: words.decidedBy,
      cell: ({ decidedBy }) => (decidedBy === null ? "–" : <Who actor={decidedBy} />),
    },
    {
      id: "decidedAt",
      header: words.decidedAt,
      cell: ({ decidedAt }) => <MaybeTime at={decidedAt} />,
      isExtra: true,
    },
    {
      id: "decidedReason",
      header: words.decidedReason,
      cell: ({ decidedReason }) => <bdi>{decidedReason ?? "–"}</bdi>,
      isExtra: true,
    },
  ];
}
