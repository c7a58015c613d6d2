import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { IconCreditCard } from "@tabler/icons-react";
import { useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { may } from "../../api/session.ts";
import { PanField } from "../../shared/form/PanField.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ExportButton } from "../../shared/table/ExportButton.tsx";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { CardStatus } from "./CardStatus.tsx";
import { cardFilters } from "./filters.ts";
import { cardsQuery, type ListedCard, lookUpCard } from "./queries.ts";
import classes from "./cards.module.css";

const route = getRouteApi("/shell/cards");
const NONE = <span aria-hidden="true">–</span>;

export function CardsPage() {
  const texts = useTexts();
  const { cards, shell } = texts;
  const search = route.useSearch();
  const filters = cardFilters(texts);
  const query = cardsQuery(search, filters);
  return (
    <ListPage<ListedCard>
      name="cards"
      title={shell.pages.cards}
      columns={columns(texts)}
      filters={filters}
      search={search}
      query={query}
      rowKey={({ cardId }) => cardId}
      rowLink={({ cardId }) => ({ to: "/cards/$cardId", params: { cardId } })}
      defaultSort="-lastSeenAt"
      actions={
        may("cards:export") ? (
          <ExportButton what="cards" search={search} filters={filters} query={query} />
        ) : undefined
      }
      {...(may("cards:lookup") ? { lead: <Lookup hasFocus={Object.keys(search).length === 0} /> } : {})}
      empty={
        <StateView icon={IconCreditCard} title={cards.empty}>
          <p>{cards.emptyWhy}</p>
        </StateView>
      }
    />
  );
}

/** By the number, which goes to the server and nowhere else. */
function Lookup({ hasFocus }: { readonly hasFocus: boolean }) {
  const { cards, shell } = useTexts();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function look(pan: string): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const cardId = await lookUpCard(pan);
      await navigate({ to: "/cards/$cardId", params: { cardId } });
    } catch (error) {
      const isUnknown = error instanceof ApiProblem && error.status === 404;
      setProblem(isUnknown ? cards.lookup.unknown : shell.states.failed);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className={classes["lookup"]} aria-label={cards.lookup.title}>
      <PanField
        label={cards.lookup.label}
        verb={cards.lookup.verb}
        isBusy={isBusy}
        problem={problem}
        hasFocus={hasFocus}
        onPan={(pan) => void look(pan)}
      />
    </section>
  );
}

function columns({ cards }: Texts): readonly Column<ListedCard>[] {
  const { fields } = cards;
  return [
    {
      id: "card",
      header: fields.card,
      cell: ({ maskedPan, cardId }) => <span className="mono">{maskedPan ?? cardId}</span>,
    },
    { id: "status", header: fields.status, cell: ({ frozen }) => <CardStatus frozen={frozen} /> },
    { id: "ica", header: fields.ica, cell: ({ ica }) => ica ?? NONE },
    { id: "issuer", header: fields.issuer, cell: ({ issuerName }) => named(issuerName) },
    {
      id: "product",
      header: fields.productCode,
      cell: ({ productCode, productName }) =>
        productCode === null ? NONE : <bdi title={productName ?? undefined}>{productCode}</bdi>,
    },
    { id: "country", header: fields.issuerCountry, cell: ({ issuerCountry }) => issuerCountry ?? NONE },
    {
      id: "created",
      header: fields.created,
      cell: ({ firstSeenAt }) => <Time at={firstSeenAt} seconds={false} zoneName={false} />,
    },
    {
      id: "lastSeen",
      header: fields.lastSeen,
      cell: ({ lastSeenAt }) => <Time at={lastSeenAt} seconds={false} zoneName={false} />,
      sort: { ascending: "lastSeenAt", descending: "-lastSeenAt" },
    },
    {
      id: "enrolled",
      header: fields.enrolled,
      cell: ({ enrolled }) => (enrolled ? cards.yes : cards.no),
      isExtra: true,
    },
    {
      id: "frozenReason",
      header: fields.frozenReason,
      cell: ({ frozenReason }) => named(frozenReason),
      isExtra: true,
    },
    { id: "cardId", header: fields.cardId, cell: ({ cardId }) => <code>{cardId}</code>, isExtra: true },
  ];
}

function named(text: string | null) {
  return text === null ? NONE : <bdi>{text}</bdi>;
}
