import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import {
  COUNT_LIMIT,
  InvalidCursorError,
  limitOf,
  type Page,
  pageOf,
  sortKeyOf,
} from "../../projections/page.ts";

export interface Paging {
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

const SORT = "-number";

/**
 * A page of a table of records that are only ever added to: the newest first, by the number each was given.
 * @param found those that are wanted
 * @throws InvalidCursorError
 */
export async function tablePage<Table extends keyof Database, Row extends object>(
  db: Kysely<Database>,
  found: SelectQueryBuilder<Database, Table, Row>,
  key: "id" | "seq" | "transactions.seq" | "whitelist_entries.seq",
  paging: Paging,
): Promise<Page<Row & { readonly number: number }>> {
  const limit = limitOf({ limit: paging.limit });
  const after = sortKeyOf(paging.cursor, SORT);
  if (after !== null && !/^\d{1,15}$/.test(after.id))
    throw new InvalidCursorError("the cursor is none of this list");
  const number = sql.ref<number>(key);
  const page = found
    .select(number.as("number"))
    .orderBy(number, "desc")
    .limit(limit + 1);
  const [counted, rows] = await Promise.all([
    db
      .selectFrom(found.select(number.as("number")).limit(COUNT_LIMIT).as("found"))
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow(),
    (after === null ? page : page.where(sql<boolean>`${number} < ${after.id}::bigint`))
      .$castTo<Row & { readonly number: number }>()
      .execute(),
  ]);
  return pageOf(
    rows,
    limit,
    SORT,
    counted.count,
    (row) => ({ value: "", id: String(row.number) }),
    (row) => row,
  );
}
