import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { IconCreditCard, IconUpload } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { may } from "../../api/session.ts";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
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

/** Loaded when it is wanted. */
const EnrolByNumberDialog = lazy(async () => ({
  default: (await import("./EnrolByNumberDialog.tsx")).EnrolByNumberDialog,
}));
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
        <>
          {may("cards:export") ? (
            <ExportButton what="cards" search={search} filters={filters} query={query} />
          ) : null}
          {may("cards:write") ? <Enrolling /> : null}
        </>
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

/** From a file, or one card by its number. */
function Enrolling() {
  const { cards } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        component={Link}
        to="/cards/import"
        variant="default"
        leftSection={<IconUpload size={16} aria-hidden="true" />}
      >
        {cards.import.open}
      </Button>
      <CreateButton label={cards.enrol.open} onClick={() => setOpen(true)} />
      <Suspense>{isOpen ? <EnrolByNumberDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
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
    {
      id: "status",
      header: fields.status,
      cell: ({ frozen, replacedBy }) => <CardStatus frozen={frozen} isReplaced={replacedBy !== null} />,
    },
    { id: "aref", header: fields.aref, cell: ({ aref }) => named(aref) },
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
      id: "enrolledAt",
      header: fields.enrolledAt,
      cell: ({ enrolledAt }) =>
        enrolledAt === null ? NONE : <Time at={enrolledAt} seconds={false} zoneName={false} />,
    },
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
