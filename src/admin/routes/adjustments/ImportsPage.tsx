import { IconFileImport } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { StateView } from "../../shared/page/StateView.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type BalanceImport, balanceImportsQuery } from "./queries.ts";

const route = getRouteApi("/shell/adjustments/imports");

/** Who brought which file of opening balances, and what became of its lines. */
export function ImportsPage() {
  const { adjustments, shell } = useTexts();
  const words = adjustments.balances;
  const search = route.useSearch();
  return (
    <ListPage<BalanceImport>
      name="openingBalances"
      title={words.title}
      crumbs={[{ to: "/adjustments", label: shell.pages.adjustments }]}
      columns={[
        { id: "at", header: words.at, cell: ({ at }) => <Time at={at} zoneName={false} /> },
        { id: "source", header: words.source, cell: ({ source }) => <bdi>{source}</bdi> },
        { id: "lines", header: words.lines, cell: ({ lines }) => lines, isNumber: true },
        { id: "taken", header: words.taken, cell: ({ taken }) => taken, isNumber: true },
        { id: "unchanged", header: words.unchanged, cell: ({ unchanged }) => unchanged, isNumber: true },
        { id: "refused", header: words.refused, cell: ({ refused }) => refused, isNumber: true },
        { id: "by", header: adjustments.by, cell: ({ by }) => <Who actor={by} /> },
      ]}
      filters={[]}
      search={search}
      query={balanceImportsQuery(search)}
      rowKey={({ id }) => id}
      empty={<StateView icon={IconFileImport} title={words.empty} />}
    />
  );
}
