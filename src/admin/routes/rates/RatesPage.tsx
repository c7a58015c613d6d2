import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconArrowsExchange, IconUpload } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { rateFilters } from "./filters.ts";
import { Pull } from "./Pull.tsx";
import { type Rate, ratesQuery } from "./queries.ts";

const route = getRouteApi("/shell/rates");

export function RatesPage() {
  const texts = useTexts();
  const { rates: words, shell } = texts;
  const search = route.useSearch();
  const filters = rateFilters(texts);
  const importing = may("rates:write") ? (
    <Button component={Link} to="/rates/import" leftSection={<IconUpload size={16} aria-hidden="true" />}>
      {words.import.open}
    </Button>
  ) : undefined;
  return (
    <ListPage<Rate>
      name="rates"
      title={shell.pages.rates}
      actions={importing}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={ratesQuery(search, filters)}
      lead={<Pull />}
      rowKey={({ id }) => id}
      empty={
        <StateView icon={IconArrowsExchange} title={words.empty} action={importing}>
          <p>{words.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

function columns({ rates: { fields, one } }: Texts): readonly Column<Rate>[] {
  return [
    { id: "date", header: fields.date, cell: ({ date }) => date },
    { id: "base", header: fields.base, cell: ({ base }) => base },
    { id: "quote", header: fields.quote, cell: ({ quote }) => quote },
    {
      id: "rate",
      header: fields.rate,
      cell: ({ base, quote, rate }) => <span className="number">{one(base, rate, quote)}</span>,
      isNumber: true,
    },
    {
      id: "received",
      header: fields.received,
      cell: ({ receivedAt }) => <Time at={receivedAt} seconds={false} zoneName={false} />,
    },
  ];
}
