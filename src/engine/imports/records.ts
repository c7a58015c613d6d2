import { type Selectable, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import { inTransaction } from "../../database/transaction.ts";
import { newestFirst, type Page } from "../../projections/page.ts";
import { byOf, type Write } from "../management/commands.ts";
import type { Paging } from "../referenceData/tablePage.ts";
import type { Services } from "../services.ts";

/** The one history of imports: who brought which file when, what became of its lines, and which of them were bad. */

export const IMPORT_KINDS = [
  "ACCOUNT_RANGES",
  "ENROLMENTS",
  "OPENING_BALANCES",
  "RATES",
  "TRANSACTIONS",
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** `INTERRUPTED`: it broke off, and can be taken up again. `FAILED`: it ended before the file did. */
export const IMPORT_STATES = ["RUNNING", "COMPLETED", "INTERRUPTED", "FAILED"] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** Says of a line why it was not taken; never what stands in it. */
export interface BadLine {
  readonly line: number;
  /** The column or member; null: the line as such. */
  readonly field: string | null;
  readonly message: string;
}

/** Of each import so many bad lines are kept; the others are counted. */
export const MOST_BAD_LINES = 10_000;

export interface ImportCounts {
  /** Lines that hold something, the header apart. */
  readonly lines: number;
  readonly accepted: number;
  readonly known: number;
  readonly bad: number;
}

export type ListedImport = Pick<
  Selectable<Database["imports"]>,
  | "id"
  | "file_name"
  | "lines"
  | "accepted"
  | "known"
  | "bad"
  | "actor_id"
  | "actor_role"
  | "at"
  | "changed_at"
  | "file_lines"
  | "file_bytes"
> & { readonly kind: ImportKind; readonly state: ImportState };

export interface FinishedImport extends ImportCounts {
  readonly kind: Database["imports"]["kind"];
  readonly fileName: string | null;
  readonly badLines: readonly BadLine[];
}

/** What was done at one go. An attempt that takes over from one that died counts once. */
export async function recordImport(
  services: Pick<Services, "pool" | "db">,
  write: Write,
  { kind, fileName, badLines, ...counts }: FinishedImport,
): Promise<void> {
  const { id: actorId, role } = byOf(write);
  const { numInsertedOrUpdatedRows: fresh } = await services.db
    .insertInto("imports")
    .values({
      ...{ id: write.seed, kind, file_name: fileName, state: "COMPLETED", ...counts },
      ...{ actor_id: actorId, actor_role: role, at: new Date(write.now) },
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirstOrThrow();
  if (fresh === 1n) await keepBadLines(services, write.seed, badLines);
}

export async function keepBadLines(
  { pool }: Pick<Services, "pool">,
  id: string,
  badLines: readonly BadLine[],
): Promise<void> {
  if (badLines.length === 0) return;
  await inTransaction(pool, async (client) => {
    await client.query(...insertOf(id, badLines.slice(0, MOST_BAD_LINES)));
  });
}

/** A line may be bad for several reasons: each has its place. */
export function insertOf(id: string, badLines: readonly BadLine[]): [text: string, values: unknown[]] {
  const places = badLines.map(({ line }, index) => {
    let place = 0;
    while (badLines[index - place - 1]?.line === line) place += 1;
    return place;
  });
  return [
    `insert into import_bad_lines (import_id, line, place, field, message)
     select $1, * from unnest($2::int[], $3::int[], $4::text[], $5::text[])
     on conflict do nothing`,
    [
      id,
      badLines.map(({ line }) => line),
      places,
      badLines.map(({ field }) => field),
      badLines.map(({ message }) => message),
    ],
  ];
}

export interface ImportFilter {
  readonly kind?: readonly ImportKind[] | undefined;
  readonly state?: readonly ImportState[] | undefined;
  /** Of whoever asks. */
  readonly idempotencyKey?: string | undefined;
}

/** Who asks; `by`: they see what they brought themselves; null: all. */
export interface ImportSight {
  readonly by: string | null;
  readonly owner: string;
}

/** After so long without a word nobody is behind it any more. */
const SILENT = sql`interval '60 seconds'`;

/** The newest first. @throws InvalidCursorError */
export async function listImports(
  { db }: Pick<Services, "db">,
  filter: ImportFilter,
  sight: ImportSight,
  paging: Paging,
): Promise<Page<ListedImport>> {
  const found = importsFound(db, filter, sight);
  const keyOf = ({ at, id }: ListedImport) => ({ at, id });
  return await newestFirst(db, found, { at: "at", id: "id", keyOf, sort: "-at" }, paging, (row) => row);
}

/** Null where there is none, or none they may see. */
export async function findImport(
  { db }: Pick<Services, "db">,
  id: string,
  sight: ImportSight,
): Promise<ListedImport | null> {
  return (await importsFound(db, {}, sight).where("id", "=", id).executeTakeFirst()) ?? null;
}

function importsFound(
  db: Services["db"],
  { kind, state, idempotencyKey }: ImportFilter,
  { by, owner }: ImportSight,
) {
  // Opening balances have their history in a table that is part of the log's export.
  const all = sql<ListedImport & { readonly owner: string | null; readonly key: string | null }>`(
    select id, kind, file_name, lines, accepted, known, bad, actor_id, actor_role, at, changed_at, file_lines, file_bytes,
           owner, key,
           case when state = 'RUNNING' and changed_at < clock_timestamp() - ${SILENT} then 'INTERRUPTED' else state end as state
    from imports
    union all
    select id collate "C", 'OPENING_BALANCES', source, lines, taken, unchanged, refused, actor_id, actor_role, at, received_at,
           0, 0, null, null, 'COMPLETED'
    from opening_balance_imports)`;
  let found = db.selectFrom(all.as("i")).selectAll();
  if (by !== null) found = found.where("actor_id", "=", by);
  if (kind !== undefined) found = found.where("kind", "in", kind);
  if (state !== undefined) found = found.where("state", "in", state);
  if (idempotencyKey !== undefined)
    found = found.where("owner", "=", owner).where("key", "=", idempotencyKey);
  return found;
}

/** In the file's order. */
export async function badLinesOf(
  { db }: Pick<Services, "db">,
  id: string,
  most: number,
): Promise<readonly BadLine[]> {
  return await db
    .selectFrom("import_bad_lines")
    .select(["line", "field", "message"])
    .where("import_id", "=", id)
    .orderBy("line")
    .orderBy("place")
    .limit(most)
    .execute();
}

/** How many bad lines stand in the report. */
export async function reportedLines({ db }: Pick<Services, "db">, id: string): Promise<number> {
  const { count } = await db
    .selectFrom("import_bad_lines")
    .select(sql<number>`count(distinct line)::int`.as("count"))
    .where("import_id", "=", id)
    .executeTakeFirstOrThrow();
  return count;
}
