import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { IconReceipt, IconUpload } from "@tabler/icons-react";
import { may } from "../../api/session.ts";
import { Money } from "../../shared/money/Money.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { transactionFilters } from "./filters.ts";
import { Pull } from "./Pull.tsx";
import { type Transaction, transactionsQuery } from "./queries.ts";

const route = getRouteApi("/shell/transactions");

export function TransactionsPage() {
  const texts = useTexts();
  const { transactions: words, shell } = texts;
  const search = route.useSearch();
  const filters = transactionFilters(texts);
  const importing = may("transactions:write") ? (
    <Button
      component={Link}
      to="/transactions/import"
      leftSection={<IconUpload size={16} aria-hidden="true" />}
    >
      {words.import.open}
    </Button>
  ) : undefined;
  return (
    <ListPage<Transaction>
      name="transactions"
      title={shell.pages.transactions}
      actions={importing}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={transactionsQuery(search, filters)}
      lead={<Pull />}
      rowKey={({ id }) => id}
      empty={
        <StateView icon={IconReceipt} title={words.empty} action={importing}>
          <p>{words.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

function columns({ transactions: { fields, types } }: Texts): readonly Column<Transaction>[] {
  return [
    {
      id: "made",
      header: fields.made,
      cell: ({ transactionAt }) => <Time at={transactionAt} seconds={false} zoneName={false} />,
    },
    {
      id: "card",
      header: fields.card,
      cell: ({ cardId, maskedPan }) => (
        <Link to="/cards/$cardId" params={{ cardId }}>
          <span className="mono">{maskedPan ?? cardId}</span>
        </Link>
      ),
    },
    { id: "type", header: fields.type, cell: ({ type }) => types[type] },
    { id: "amount", header: fields.amount, cell: ({ amount }) => <Money money={amount} />, isNumber: true },
    { id: "mcc", header: fields.mcc, cell: ({ mcc }) => mcc },
    {
      id: "transactionId",
      header: fields.transactionId,
      cell: ({ transactionId }) => (
        <code>
          <bdi>{transactionId}</bdi>
        </code>
      ),
    },
    {
      id: "posted",
      header: fields.posted,
      cell: ({ postedAt }) => <MaybeTime at={postedAt} />,
      isExtra: true,
    },
    {
      id: "refersTo",
      header: fields.refersTo,
      cell: ({ refersTo }) => <bdi>{refersTo ?? "–"}</bdi>,
      isExtra: true,
    },
    {
      id: "received",
      header: fields.received,
      cell: ({ receivedAt }) => <Time at={receivedAt} seconds={false} zoneName={false} />,
      isExtra: true,
    },
  ];
}
