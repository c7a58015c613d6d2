import { getRouteApi } from "@tanstack/react-router";
import { IconMapPin } from "@tabler/icons-react";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { deliveryFilters } from "./filters.ts";
import { deliveriesQuery, type Delivery } from "./queries.ts";
import { RuleNames } from "./ScopeName.tsx";

const route = getRouteApi("/shell/whitelist/deliveries");

/** What the terminals of each location get when they ask next. */
export function DeliveriesPage() {
  const texts = useTexts();
  const { whitelist, shell } = texts;
  const search = route.useSearch();
  const filters = deliveryFilters(texts);
  return (
    <ListPage<Delivery>
      name="whitelistDeliveries"
      title={whitelist.deliveries.title}
      crumbs={[{ to: "/whitelist", label: shell.pages.whitelist }]}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={deliveriesQuery(search, filters)}
      rowKey={({ locationId }) => locationId}
      empty={<StateView icon={IconMapPin} title={whitelist.deliveries.empty} />}
    />
  );
}

function columns({ whitelist: { deliveries } }: Texts): readonly Column<Delivery>[] {
  return [
    { id: "name", header: deliveries.name, cell: ({ name }) => <bdi>{name}</bdi> },
    {
      id: "rules",
      header: deliveries.rules,
      cell: ({ rulesetIds, offlineAllowed }) =>
        rulesetIds.length > 0 ? (
          <RuleNames ids={rulesetIds} />
        ) : (
          <span className="meta">{offlineAllowed ? deliveries.none : deliveries.off}</span>
        ),
    },
    { id: "entries", header: deliveries.entries, cell: ({ entries }) => entries, isNumber: true },
    { id: "changed", header: deliveries.changed, cell: ({ changedAt }) => <MaybeTime at={changedAt} /> },
    { id: "secret", header: deliveries.secret, cell: ({ keyMadeAt }) => <MaybeTime at={keyMadeAt} /> },
  ];
}
