import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { IconColumns3 } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { Check } from "../form/Check.tsx";
import { PageHead, type PageHeadProps } from "../page/PageHead.tsx";
import { zoneOf } from "../preferences.ts";
import { usePreferences } from "../page/preferencesContext.ts";
import { ErrorState, StateView } from "../page/StateView.tsx";
import { usePrinting } from "../page/usePrinting.ts";
import type { Column } from "./columns.ts";
import { DataTable, type DataTableProps } from "./DataTable.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { type Filter, type ListSearch, sortOut, valueOf } from "./filters.ts";
import { IconFilterOff } from "@tabler/icons-react";
import classes from "./ListPage.module.css";
import { DEFAULT_LIMIT, LIST_STALE_MS, type ListQuery } from "./listQuery.ts";
import { useColumns } from "./useColumns.ts";
import type { GivenView } from "./views/view.ts";
import { Views } from "./views/Views.tsx";

export interface ListPageProps<Row>
  extends PageHeadProps,
    Pick<DataTableProps<Row>, "rowKey" | "rowLink" | "rowActions" | "actionsLabel"> {
  /** For what is kept of this list. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly filters: readonly Filter[];
  readonly search: ListSearch;
  readonly query: ListQuery<Row>;
  /** By what the list is sorted unless the URL says otherwise. */
  readonly defaultSort?: string;
  /** What stands there while there is nothing yet, whatever the filters. */
  readonly empty: ReactNode;
  /** Views that the list comes with. */
  readonly views?: readonly GivenView[];
  /** Above the filters. */
  readonly lead?: ReactNode;
  /** Above the rows. */
  readonly children?: ReactNode;
}

const LIMITS = ["25", "50", "100", "200"];

/** A list of the API as a page: filters, columns, order and place in it are all in the URL. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { search, filters, columns, query, empty, name } = props;
  const { tables } = useTexts();
  const { preferences } = usePreferences();
  const navigate = useNavigate();
  const answer = useQuery({ ...query, staleTime: LIST_STALE_MS, placeholderData: keepPreviousData });
  const isPrinting = usePrinting();
  const chosen = useColumns(name, columns, valueOf(search, "cols"));
  const { active } = sortOut(search, filters);

  function go(changes: ListSearch, replace = false): void {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...changes }).filter(([, value]) => value !== undefined),
    );
    void navigate({ to: ".", search: next, replace });
  }

  const { data } = answer;
  return (
    <>
      <PageHead
        {...props}
        actions={
          <>
            <Views
              list={name}
              search={search}
              columns={chosen.shown.map(({ id }) => id)}
              given={props.views ?? []}
            />
            {props.actions}
          </>
        }
        aside={
          data === undefined ? null : (
            <span className="second" role="status">
              {tables.total(data.total, data.totalExact)} · {tables.zone(zoneOf(preferences))}
            </span>
          )
        }
      />
      {props.lead === undefined ? null : <div className={classes["lead"]}>{props.lead}</div>}
      <FilterBar
        filters={filters}
        search={search}
        onChange={(filter, values) =>
          go({ [filter]: values.length === 0 ? undefined : values, cursor: undefined })
        }
        onClear={() => void navigate({ to: ".", search: onlyOwn(search) })}
      />
      {props.children}
      {data === undefined ? (
        answer.isError ? (
          <ErrorState error={answer.error} retry={() => void answer.refetch()} isPage={false} />
        ) : (
          <Skeleton />
        )
      ) : data.items.length === 0 ? (
        active.length === 0 ? (
          empty
        ) : (
          <StateView icon={IconFilterOff} title={tables.emptyByFilter}>
            <p>{tables.emptyByFilterWhy}</p>
          </StateView>
        )
      ) : (
        <DataTable
          label={props.title}
          columns={isPrinting ? columns : chosen.shown}
          rows={data.items}
          rowKey={props.rowKey}
          {...(props.rowLink === undefined ? {} : { rowLink: props.rowLink })}
          {...(props.rowActions === undefined ? {} : { rowActions: props.rowActions })}
          {...(props.actionsLabel === undefined ? {} : { actionsLabel: props.actionsLabel })}
          sort={valueOf(search, "sort") ?? props.defaultSort}
          onSort={(sort) => go({ sort, cursor: undefined })}
          isBusy={answer.isPlaceholderData}
        />
      )}
      {data === undefined || data.items.length === 0 ? null : (
        <footer className={classes["foot"]}>
          <NativeSelect
            aria-label={tables.rows}
            data={LIMITS}
            value={valueOf(search, "limit") ?? DEFAULT_LIMIT}
            onChange={({ currentTarget }) => go({ limit: currentTarget.value, cursor: undefined })}
          />
          <ColumnChooser
            columns={columns}
            chosen={chosen}
            // One's own choice is seen, also where a link or a view has said another one.
            onChoice={() => go({ cols: undefined }, true)}
          />
          <span className={classes["pages"]}>
            <Button
              variant="default"
              disabled={valueOf(search, "cursor") === undefined}
              onClick={() => go({ cursor: undefined })}
            >
              {tables.first}
            </Button>
            {data.prevCursor === undefined ? null : (
              <Button
                variant="default"
                disabled={data.prevCursor === null || valueOf(search, "cursor") === undefined}
                onClick={() => go({ cursor: data.prevCursor ?? undefined })}
              >
                {tables.newer}
              </Button>
            )}
            <Button
              variant="default"
              disabled={data.nextCursor === null}
              onClick={() => go({ cursor: data.nextCursor ?? undefined })}
            >
              {tables.older}
            </Button>
          </span>
        </footer>
      )}
    </>
  );
}

function onlyOwn({ limit, cols, sort }: ListSearch): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries({ limit, cols, sort }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
}

function ColumnChooser<Row>({
  columns,
  chosen,
  onChoice,
}: {
  readonly columns: readonly Column<Row>[];
  readonly chosen: ReturnType<typeof useColumns<Row>>;
  readonly onChoice: () => void;
}) {
  const { tables } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconColumns3 size={16} aria-hidden="true" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {tables.columns}
      </Button>
      {isOpen ? (
        <Dialog title={tables.columnsOwn} onClose={() => setOpen(false)}>
          <div className={classes["columns"]}>
            {columns.map((column, index) => (
              <Check
                key={column.id}
                label={column.header}
                checked={index === 0 || chosen.isShown(column.id)}
                disabled={index === 0}
                onChange={(checked) => {
                  chosen.show(column.id, checked);
                  onChoice();
                }}
              />
            ))}
          </div>
          <Button
            variant="default"
            onClick={() => {
              chosen.reset();
              onChoice();
            }}
          >
            {tables.columnsReset}
          </Button>
        </Dialog>
      ) : null}
    </>
  );
}

function Skeleton() {
  const { shell } = useTexts();
  return (
    <div className={classes["skeleton"]} role="status">
      <span className="visually-hidden">{shell.loading}</span>
      {Array.from({ length: 8 }, (_, row) => (
        <span key={row} />
      ))}
    </div>
  );
}
