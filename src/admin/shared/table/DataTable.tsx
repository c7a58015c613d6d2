import { Link } from "@tanstack/react-router";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePrinting } from "../page/usePrinting.ts";
import type { Column, RowLink } from "./columns.ts";
import classes from "./DataTable.module.css";
import { PrintedRows } from "./PrintedRows.tsx";

export interface DataTableProps<Row> {
  /** What the rows are, for those who can't see them. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** The whole row leads there, by a link in its first cell. */
  readonly rowLink?: (row: Row) => RowLink;
  /** At the end of each row. */
  readonly rowActions?: (row: Row) => ReactNode;
  readonly actionsLabel?: string;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly isBusy?: boolean;
}

/** So many columns have room on a sheet of paper. */
const MOST_PRINTED = 9;

/** Rows of a list: a table where there is room, and below that a card a row. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowActions, isBusy = false } = props;
  const isPrinting = usePrinting();
  if (isPrinting && columns.length > MOST_PRINTED) return <PrintedRows {...props} />;
  return (
    <div className={classes["frame"]} data-busy={isBusy}>
      {/* Said by roles too: below 640 px the elements are no table any more. */}
      <table className={classes["table"]} role="table" aria-label={label} aria-busy={isBusy}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
            {rowActions === undefined ? null : (
              <th role="columnheader" scope="col" className={classes["actions"]}>
                <span className="visually-hidden">{props.actionsLabel}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <BodyRow key={rowKey(row)} row={row} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<Row>({
  column: { header, isNumber, sort: by },
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}) {
  const className = isNumber === true ? "number" : undefined;
  if (by === undefined || onSort === undefined) {
    return (
      <th role="columnheader" scope="col" className={className}>
        {header}
      </th>
    );
  }
  const direction = sort === by.ascending ? "ascending" : sort === by.descending ? "descending" : "none";
  const Icon = direction === "ascending" ? IconArrowUp : IconArrowDown;
  return (
    <th role="columnheader" scope="col" aria-sort={direction} className={className}>
      <button
        type="button"
        className={classes["sort"]}
        onClick={() => onSort(direction === "descending" ? by.ascending : by.descending)}
      >
        {header}
        {direction === "none" ? null : <Icon size={14} aria-hidden="true" />}
      </button>
    </th>
  );
}

function BodyRow<Row>({ row, columns, rowLink, rowActions }: DataTableProps<Row> & { readonly row: Row }) {
  const link = rowLink?.(row);
  return (
    <tr role="row" className={link === undefined ? undefined : classes["leads"]}>
      {columns.map(({ id, header, cell, isNumber }, index) => {
        const content = cell(row);
        return (
          <td key={id} role="cell" data-label={header} className={isNumber === true ? "number" : undefined}>
            {index === 0 && link !== undefined ? (
              <Link to={link.to} params={link.params} className={classes["link"] ?? ""}>
                {content}
              </Link>
            ) : (
              content
            )}
          </td>
        );
      })}
      {rowActions === undefined ? null : (
        <td role="cell" className={classes["actions"]}>
          {rowActions(row)}
        </td>
      )}
    </tr>
  );
}
