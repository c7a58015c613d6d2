import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Database, Scope } from "../../database/schema.ts";

/** The heads of streams and the revisions of scopes: what tells every instance that it has to look again. */

/** Says that a stream is about to reach a revision. Whoever decides afterwards reads up to it. */
export async function announceHead(
  { pool }: { readonly pool: pg.Pool },
  stream: string,
  revision: number,
): Promise<void> {
  await pool.query({
    name: "announce_head",
    text: `insert into stream_heads (stream, revision) values ($1, $2)
           on conflict (stream) do update
           set revision = greatest(stream_heads.revision, excluded.revision), raised_at = clock_timestamp()`,
    values: [stream, revision],
  });
}

/** As {@link announceHead} for a ruleset: every instance looks at the list of rulesets again. */
export async function announceRuleset(
  { pool }: { readonly pool: pg.Pool },
  stream: string,
  revision: number,
): Promise<void> {
  await pool.query({
    name: "announce_ruleset",
    text: `with head as (
             insert into stream_heads (stream, revision) values ($1, $2)
             on conflict (stream) do update
             set revision = greatest(stream_heads.revision, excluded.revision), raised_at = clock_timestamp()
           )
           update scope_revisions set revision = revision + 1 where scope = 'rulesets'`,
    values: [stream, revision],
  });
}

/** After an append: whoever has waited too long for it says anew how far the stream is. Changes nothing else. */
export async function keepRulesetAnnounced(
  { db }: { readonly db: Kysely<Database> },
  stream: string,
  revision: number,
): Promise<void> {
  await sql`
    with raised as (
      update stream_heads set revision = ${revision}, raised_at = clock_timestamp()
      where stream = ${stream} and revision < ${revision} returning 1
    )
    update scope_revisions set revision = revision + 1
    where scope = 'rulesets' and exists (select from raised)`.execute(db);
}

/** A stream, and the revision it is at or about to reach. */
export interface Head {
  readonly stream: string;
  readonly revision: number;
}

/** Of every stream whose name begins so; by name, byte by byte. */
export async function headsUnder(db: Kysely<Database>, prefix: string): Promise<readonly Head[]> {
  return await under(db, prefix).orderBy(sql`stream collate "C"`).execute();
}

/** Of those the ones that were raised lately: their streams may be ahead of the read models. */
export async function recentHeads(
  db: Kysely<Database>,
  prefix: string,
  withinMinutes: number,
): Promise<readonly Head[]> {
  const since = sql<Date>`clock_timestamp() - make_interval(mins => ${withinMinutes}::int)`;
  return await under(db, prefix).where("raised_at", ">", since).execute();
}

/** Lowers a head whose append has not happened, unless it was raised again meanwhile. */
export async function lowerHead(db: Kysely<Database>, head: Head, actual: number): Promise<void> {
  await db
    .updateTable("stream_heads")
    .set({ revision: actual })
    .where("stream", "=", head.stream)
    .where("revision", "=", head.revision)
    .execute();
}

export async function scopeRevision(db: Kysely<Database>, scope: Scope): Promise<number> {
  const row = await db
    .selectFrom("scope_revisions")
    .select("revision")
    .where("scope", "=", scope)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

function under(db: Kysely<Database>, prefix: string) {
  return db
    .selectFrom("stream_heads")
    .select(["stream", "revision"])
    .where(sql<boolean>`starts_with(stream, ${prefix})`);
}
