import { Link } from "@tanstack/react-router";
import type { DataTableProps } from "./DataTable.tsx";
import classes from "./PrintedRows.module.css";

/** Rows with more columns than a sheet has room for: each as its names and values. */
export function PrintedRows<Row>({ label, columns, rows, rowKey, rowLink }: DataTableProps<Row>) {
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
