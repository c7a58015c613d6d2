import { Link } from "@tanstack/react-router";
import type { Column, RowLink } from "./columns.ts";
import classes from "./PrintedRows.module.css";

interface PrintedRowsProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowLink?: (row: Row) => RowLink;
}

/** Rows with more columns than a sheet has room for: each as its names and values. */
export function PrintedRows<Row>({ label, columns, rows, rowKey, rowLink }: PrintedRowsProps<Row>) {
  return (
    <div className={classes["rows"]} role="list" aria-label={label}>
      {rows.map((row) => {
        const link = rowLink?.(row);
        return (
          <div key={rowKey(row)} role="listitem">
            <dl className={classes["row"]}>
              {columns.map(({ id, header, cell }, index) => (
                <div key={id}>
                  <dt>{header}</dt>
                  <dd>
                    {index === 0 && link !== undefined ? (
                      <Link to={link.to} params={link.params}>
                        {cell(row)}
                      </Link>
                    ) : (
                      cell(row)
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        );
      })}
    </div>
  );
}
