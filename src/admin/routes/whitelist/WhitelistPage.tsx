import { Button } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { IconListCheck, IconUpload } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { may } from "../../api/session.ts";
import { ConfirmDialog } from "../../shared/dialog/ConfirmDialog.tsx";
import { PanField } from "../../shared/form/PanField.tsx";
import { CreateButton } from "../../shared/page/CreateButton.tsx";
import { StateView } from "../../shared/page/StateView.tsx";
import { Who } from "../../shared/people/Who.tsx";
import type { Column } from "../../shared/table/columns.ts";
import { ListPage } from "../../shared/table/ListPage.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { lookUpCard } from "../cards/queries.ts";
import cardClasses from "../cards/cards.module.css";
import { listedFilters } from "./filters.ts";
import { type Listed, listedQuery, removeListed } from "./queries.ts";
import { ScopeName } from "./ScopeName.tsx";

const route = getRouteApi("/shell/whitelist");
/** A form is loaded when it is wanted. */
const AddDialog = lazy(async () => ({ default: (await import("./AddDialog.tsx")).AddDialog }));

export function WhitelistPage() {
  const texts = useTexts();
  const { whitelist, shell } = texts;
  const search = route.useSearch();
  const filters = listedFilters(texts);
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Listed | null>(null);
  const isWriter = may("whitelist:write");
  return (
    <>
      <ListPage<Listed>
        name="whitelist"
        title={shell.pages.whitelist}
        actions={<Actions onAdd={() => setAdding(true)} />}
        columns={columns(texts)}
        filters={filters}
        search={search}
        query={listedQuery(search, filters)}
        rowKey={({ id }) => id}
        {...(isWriter
          ? {
              actionsLabel: whitelist.remove.verb,
              rowActions: (entry: Listed) => (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={whitelist.remove.of(entry.maskedPan ?? entry.cardId)}
                  onClick={() => setRemoved(entry)}
                >
                  {whitelist.remove.verb}
                </Button>
              ),
            }
          : {})}
        {...(may("cards:lookup") ? { lead: <Lookup /> } : {})}
        empty={
          <StateView icon={IconListCheck} title={whitelist.empty}>
            <p>{whitelist.emptyWhy}</p>
          </StateView>
        }
      />
      {isAdding ? (
        <Suspense>
          <AddDialog onClose={() => setAdding(false)} />
        </Suspense>
      ) : null}
      {removed === null ? null : (
        <ConfirmDialog
          title={whitelist.remove.title}
          verb={whitelist.remove.verb}
          act={async (intent) => await removeListed(removed.id, intent)}
          done={whitelist.remove.done}
          isDangerous
          onClose={() => setRemoved(null)}
        >
          <p className="mono">{removed.maskedPan ?? removed.cardId}</p>
          <p>
            <ScopeName of={removed} />
          </p>
          <p>{whitelist.remove.why}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Actions({ onAdd }: { readonly onAdd: () => void }) {
  const { whitelist } = useTexts();
  return (
    <>
      <Button variant="default" component={Link} to="/whitelist/deliveries">
        {whitelist.deliveries.open}
      </Button>
      <Button variant="default" component={Link} to="/whitelist/uploads">
        {whitelist.history.open}
      </Button>
      {may("whitelist:write") ? (
        <>
          <Button
            variant="default"
            component={Link}
            to="/whitelist/upload"
            leftSection={<IconUpload size={16} aria-hidden="true" />}
          >
            {whitelist.upload.open}
          </Button>
          <CreateButton label={whitelist.add.open} onClick={onAdd} />
        </>
      ) : null}
    </>
  );
}

/** A card's entries by its number, which goes to the server and nowhere else: the address has the card's id. */
function Lookup() {
  const { whitelist, shell } = useTexts();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function look(pan: string): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const cardId = await lookUpCard(pan);
      await navigate({ to: "/whitelist", search: { cardId } });
    } catch (error) {
      const isUnknown = error instanceof ApiProblem && error.status === 404;
      setProblem(isUnknown ? whitelist.lookup.unknown : shell.states.failed);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className={cardClasses["lookup"]} aria-label={whitelist.lookup.title}>
      <PanField
        label={whitelist.lookup.label}
        verb={whitelist.lookup.verb}
        isBusy={isBusy}
        problem={problem}
        hasFocus={false}
        onPan={(pan) => void look(pan)}
      />
    </section>
  );
}

function columns({ whitelist: { fields } }: Texts): readonly Column<Listed>[] {
  return [
    {
      id: "card",
      header: fields.card,
      cell: ({ maskedPan, cardId }) => (
        <Link to="/cards/$cardId" params={{ cardId }} className="mono">
          {maskedPan ?? cardId}
        </Link>
      ),
    },
    { id: "list", header: fields.list, cell: (entry) => <ScopeName of={entry} /> },
    { id: "validFrom", header: fields.validFrom, cell: ({ validFrom }) => <MaybeTime at={validFrom} /> },
    { id: "validTo", header: fields.validTo, cell: ({ validTo }) => <MaybeTime at={validTo} /> },
    {
      id: "at",
      header: fields.at,
      cell: ({ at }) => <Time at={at} seconds={false} zoneName={false} />,
    },
    { id: "by", header: fields.by, cell: ({ by }) => <Who actor={by} /> },
    {
      id: "uploadId",
      header: fields.uploadId,
      cell: ({ uploadId }) => <code>{uploadId}</code>,
      isExtra: true,
    },
  ];
}
