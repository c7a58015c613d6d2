import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type SelectQueryBuilder,
  type SqlBool,
  type StringReference,
  sql,
} from "kysely";
import { z } from "zod";
import type { Database } from "../database/schema.ts";
import type { Visibility } from "../domain/user/access.ts";

/** Which part of a list is wanted. */
export interface PageRequest<Sort extends string> {
  /** A leading `-` is descending. */
  readonly sort?: Sort | undefined;
  /** What the page before answered as `nextCursor`, for the same filter and sort. */
  readonly cursor?: string | undefined;
  /** 1 to 500, default 50. */
  readonly limit?: number | undefined;
}

export interface PageBothWays<Item> extends Page<Item> {
  /** For what comes before this page, also what is yet to come before the first; null where there is nothing to start from. */
  readonly prevCursor: string | null;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** How many the filter finds in all; no more than 10,000 are counted. */
  readonly total: number;
  /** False when there are more than were counted. */
  readonly totalExact: boolean;
}

/** The cursor is none that this list has answered with this sort. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
}

export const MOST_ITEMS = 500;
const DEFAULT_ITEMS = 50;
const MOST_COUNTED = 10_000;

/** How many rows to ask for so that {@link pageOf} and `totalOf` can tell whether there are more. */
export const COUNT_LIMIT = MOST_COUNTED + 1;

const cursorSchema = z.tuple([z.string(), z.string(), z.string()]);

/** What the last item is sorted by. */
export interface SortKey {
  readonly value: string;
  readonly id: string;
}

/** @throws RangeError for a limit that is no whole number from 1 to 500 */
export function limitOf(page: PageRequest<string>): number {
  const limit = page.limit ?? DEFAULT_ITEMS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ITEMS) {
    throw new RangeError(`limit ${limit}: 1 to ${MOST_ITEMS} is allowed`);
  }
  return limit;
}

/** @throws InvalidCursorError */
export function sortKeyOf(cursor: string | undefined, sort: string): SortKey | null {
  if (cursor === undefined) return null;
  const invalid = new InvalidCursorError("the cursor is none of this list and sort");
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw invalid;
  }
  const parsed = cursorSchema.safeParse(json);
  if (!parsed.success || parsed.data[0] !== sort) throw invalid;
  const [, value, id] = parsed.data;
  return { value, id };
}

/** Where in a list that is sorted by an instant a page lies: behind this key, or before it. */
export interface InstantPlace {
  readonly at: Date;
  readonly id: string;
  readonly isBefore: boolean;
}

/** Of a list that is read both ways. @throws InvalidCursorError */
export function instantPlaceOf(cursor: string | undefined, sort: string): InstantPlace | null {
  try {
    const key = instantSortKeyOf(cursor, sort);
    return key === null ? null : { ...key, isBefore: false };
  } catch (error) {
    const key = error instanceof InvalidCursorError ? instantSortKeyOf(cursor, beforeOf(sort)) : null;
    if (key === null) throw error;
    return { ...key, isBefore: true };
  }
}

/** What stands in a cursor for the way back. */
function beforeOf(sort: string): string {
  return `before ${sort}`;
}

/** The same for a list that is sorted by an instant. */
export function instantSortKeyOf(cursor: string | undefined, sort: string): { at: Date; id: string } | null {
  const sortKey = sortKeyOf(cursor, sort);
  if (sortKey === null) return null;
  const at = new Date(sortKey.value);
  // Exactly as it was written: a year that a database does not know is written differently.
  if (!/^[1-9]\d{3}-/.test(sortKey.value) || Number.isNaN(at.getTime()) || at.toISOString() !== sortKey.value)
    throw new InvalidCursorError("the cursor is none of this list and sort");
  return { at, id: sortKey.id };
}

/**
 * @param rows one more than the page holds, if there are more
 * @param counted rows found when counting to {@link COUNT_LIMIT}
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  sort: string,
  counted: number,
  sortKey: (row: Row) => SortKey,
  item: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit;
  return {
    items: shown.map(item),
    nextCursor: more && last !== undefined ? cursorOf(sort, sortKey(last)) : null,
    total: Math.min(counted, MOST_COUNTED),
    totalExact: counted <= MOST_COUNTED,
  };
}

/**
 * As {@link pageOf}, of a list that is read both ways.
 * @param rows in the order in which they were read: before a place, the nearest first
 */
export function pageBothWaysOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  sort: string,
  counted: number,
  sortKey: (row: Row) => SortKey,
  item: (row: Row) => Item,
  { place, cursor }: { readonly place: InstantPlace | null; readonly cursor: string | undefined },
): PageBothWays<Item> {
  const isBefore = place?.isBefore === true;
  const page = pageOf(rows, limit, sort, counted, sortKey, item);
  const shown = rows.slice(0, limit);
  const [first, last] = isBefore ? [shown.at(-1), shown[0]] : [shown[0], shown.at(-1)];
  return {
    ...page,
    items: isBefore ? page.items.toReversed() : page.items,
    // Behind what was read backwards there is what it was read from.
    nextCursor: isBefore ? (last === undefined ? null : cursorOf(sort, sortKey(last))) : page.nextCursor,
    prevCursor:
      first === undefined ? (isBefore ? (cursor ?? null) : null) : cursorOf(beforeOf(sort), sortKey(first)),
  };
}

/** What a list is ordered by: an instant, and what tells those of the same instant apart. */
export interface InstantOrder<Row> {
  /** Columns, each under one index. */
  readonly at: string;
  readonly id: string;
  readonly keyOf: (row: Row) => { readonly at: Date; readonly id: string };
  /** What stands in the cursor. */
  readonly sort: string;
}

/**
 * A page of what the query finds, the newest first.
 * @throws InvalidCursorError
 */
export async function newestFirst<DB, TB extends keyof DB, Row extends object, Item>(
  db: Kysely<Database>,
  found: SelectQueryBuilder<DB, TB, Row>,
  { at, id, keyOf, sort }: InstantOrder<Row>,
  page: Pick<PageRequest<string>, "cursor" | "limit">,
  item: (row: Row) => Item,
): Promise<Page<Item>> {
  const limit = limitOf(page);
  const place = instantSortKeyOf(page.cursor, sort);
  const [atColumn, idColumn] = [sql.ref<Date>(at), sql.ref<string>(id)];
  const ordered = found
    .orderBy(atColumn, "desc")
    .orderBy(idColumn, "desc")
    .limit(limit + 1);
  const [counted, rows] = await Promise.all([
    db
      .selectFrom(found.clearSelect().select(idColumn.as("id")).limit(COUNT_LIMIT).as("some"))
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow(),
    (place === null
      ? ordered
      : ordered.where(sql<SqlBool>`(${atColumn}, ${idColumn}) < (${place.at}, ${place.id})`)
    )
      .$castTo<Row>()
      .execute(),
  ]);
  const sortKey = (row: Row): SortKey => {
    const key = keyOf(row);
    return { value: key.at.toISOString(), id: key.id };
  };
  return pageOf(rows, limit, sort, counted.count, sortKey, item);
}

function cursorOf(sort: string, { value, id }: SortKey): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString("base64url");
}

/** `text` anywhere in it, as LIKE wants it. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** Rows at a location or merchant in scope; all where places don't limit. */
export function inPlaces<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  places: Visibility["places"],
  columns: { readonly location: StringReference<DB, TB>; readonly merchant: StringReference<DB, TB> },
): Expression<SqlBool> {
  if (places === null) return sql<SqlBool>`true`;
  const { locationIds, merchantIds } = places;
  return sql<SqlBool>`(${eb.ref(columns.location)} = any(${[...locationIds]}::text[])
    or ${eb.ref(columns.merchant)} = any(${[...merchantIds]}::text[]))`;
}

/** Rows of an ICA in scope; all where ICAs don't limit. */
export function inIcas<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  icas: Visibility["icas"],
  column: StringReference<DB, TB>,
): Expression<SqlBool> {
  return icas === null ? sql<SqlBool>`true` : sql<SqlBool>`${eb.ref(column)} = any(${[...icas]}::text[])`;
}
