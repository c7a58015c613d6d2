import type pg from "pg";
import {
  COUNT_LIMIT,
  InvalidCursorError,
  limitOf,
  type Page,
  pageOf,
  placeOf,
} from "../../projections/page.ts";

/** A page of a table of records that are only ever added to: the newest first, by the number each was given. */
export interface TableQuery {
  readonly table: "account_ranges" | "rates" | "transactions";
  readonly key: "id" | "seq";
  /** Conditions written by us, each with its value; those without a value are left out. */
  readonly where: readonly { readonly sql: string; readonly value: string | readonly string[] | undefined }[];
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

export type Paging = Pick<TableQuery, "cursor" | "limit">;

const SORT = "-number";

/** @throws InvalidCursorError */
export async function tablePage<Row extends object>(
  pool: pg.Pool,
  query: TableQuery,
): Promise<Page<Row & { readonly number: number }>> {
  const { table, key } = query;
  const limit = limitOf({ limit: query.limit });
  const after = placeOf(query.cursor, SORT);
  if (after !== null && !/^\d{1,15}$/.test(after.id))
    throw new InvalidCursorError("the cursor is none of this list");
  const conditions = query.where.filter((one) => one.value !== undefined);
  const values: unknown[] = conditions.map(({ value }) => value);
  const filter = conditions.map(({ sql }, index) => `${sql}($${String(index + 1)})`).join(" and ");
  const found = filter === "" ? "true" : filter;
  const [counted, rows] = await Promise.all([
    pool.query<{ count: number }>(
      `select count(*) as count from (select 1 from ${table} where ${found} limit ${String(COUNT_LIMIT)}) found`,
      values,
    ),
    pool.query<Row & { readonly number: number }>(
      `select ${key} as number, t.* from ${table} t where ${found}
       ${after === null ? "" : `and ${key} < ${after.id}`} order by ${key} desc limit ${String(limit + 1)}`,
      values,
    ),
  ]);
  return pageOf(
    rows.rows,
    limit,
    SORT,
    counted.rows[0]?.count ?? 0,
    (row) => ({ value: "", id: String(row.number) }),
    (row) => row,
  );
}
