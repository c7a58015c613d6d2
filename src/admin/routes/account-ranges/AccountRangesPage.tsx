import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconRulerMeasure, IconUpload } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { accountRangeFilters } from "./filters.ts";
import { type AccountRange, accountRangesQuery } from "./queries.ts";

const route = getRouteApi("/shell/account-ranges");

export function AccountRangesPage() {
  const texts = useTexts();
  const { accountRanges: words, shell } = texts;
  const search = route.useSearch();
  const filters = accountRangeFilters(texts);
  const importing = may("accountRanges:write") ? (
    <Button
      component={Link}
      to="/account-ranges/import"
      leftSection={<IconUpload size={16} aria-hidden="true" />}
    >
      {words.import.open}
    </Button>
  ) : undefined;
  return (
    <ListPage<AccountRange>
      name="accountRanges"
      title={shell.pages.accountRanges}
      actions={importing}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={accountRangesQuery(search, filters)}
      rowKey={({ id }) => id}
      empty={
        <StateView icon={IconRulerMeasure} title={words.empty} action={importing}>
          <p>{words.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

function columns({ accountRanges: { fields } }: Texts): readonly Column<AccountRange>[] {
  return [
    { id: "low", header: fields.low, cell: ({ low }) => <span className="mono">{low}</span> },
    { id: "high", header: fields.high, cell: ({ high }) => <span className="mono">{high}</span> },
    { id: "ica", header: fields.ica, cell: ({ ica }) => ica },
    { id: "issuer", header: fields.issuer, cell: ({ issuerName }) => <bdi>{issuerName}</bdi> },
    { id: "country", header: fields.country, cell: ({ country }) => country },
    {
      id: "product",
      header: fields.productCode,
      cell: ({ productCode, productName }) => <bdi title={productName ?? undefined}>{productCode}</bdi>,
    },
    {
      id: "received",
      header: fields.received,
      cell: ({ receivedAt }) => <Time at={receivedAt} seconds={false} zoneName={false} />,
    },
    {
      id: "productName",
      header: fields.productName,
      cell: ({ productName }) => <bdi>{productName ?? "–"}</bdi>,
      isExtra: true,
    },
    {
      id: "importId",
      header: fields.importId,
      cell: ({ importId }) => <code>{importId}</code>,
      isExtra: true,
    },
  ];
}
