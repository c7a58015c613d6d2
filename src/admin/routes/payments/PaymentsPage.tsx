import { IconCash } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { Money } from "../../shared/money/Money.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { paymentFilters } from "./filters.ts";
import { type Payment, paymentsQuery } from "./queries.ts";
import { StateOfPayment, WhoActs } from "./state.tsx";

const route = getRouteApi("/shell/payments");

/** Fees that the acquirer charges: those to reconcile, unless the filters say otherwise. */
export function PaymentsPage() {
  const texts = useTexts();
  const { payments, shell } = texts;
  const search = route.useSearch();
  const filters = paymentFilters(texts);
  return (
    <ListPage<Payment>
      name="payments"
      title={shell.pages.payments}
      lead={<p className="second">{payments.why}</p>}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={paymentsQuery(search, filters)}
      rowKey={({ id }) => id}
      rowLink={({ id }) => ({ to: "/payments/$id", params: { id } })}
      empty={
        <StateView icon={IconCash} title={payments.empty}>
          <p>{payments.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

function columns({ payments: words }: Texts): readonly Column<Payment>[] {
  return [
    {
      id: "requestedAt",
      header: words.requestedAt,
      cell: ({ requestedAt }) => <Time at={requestedAt} zoneName={false} />,
    },
    { id: "state", header: words.state, cell: ({ state }) => <StateOfPayment state={state} /> },
    { id: "who", header: words.who, cell: (payment) => <WhoActs {...payment} /> },
    { id: "amount", header: words.amount, cell: ({ amount }) => <Money money={amount} /> },
    {
      id: "refunded",
      header: words.refunded,
      cell: ({ refunded }) => <Money money={refunded} />,
      isExtra: true,
    },
    {
      id: "card",
      header: words.card,
      cell: ({ maskedPan }) => <span className="mono">{maskedPan ?? "–"}</span>,
    },
    { id: "location", header: words.location, cell: ({ locationName }) => <bdi>{locationName ?? "–"}</bdi> },
    {
      id: "terminal",
      header: words.terminal,
      cell: ({ terminal }) => <bdi className="mono">{terminal}</bdi>,
      isExtra: true,
    },
    {
      id: "problem",
      header: words.problem,
      cell: ({ problem }) => (problem === null ? "–" : word(words.silences, problem)),
    },
  ];
}
