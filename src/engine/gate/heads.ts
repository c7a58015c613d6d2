import type pg from "pg";

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
  { pool }: { readonly pool: pg.Pool },
  stream: string,
  revision: number,
): Promise<void> {
  await pool.query({
    name: "keep_ruleset_announced",
    text: `with raised as (
             update stream_heads set revision = $2, raised_at = clock_timestamp()
             where stream = $1 and revision < $2 returning 1
           )
           update scope_revisions set revision = revision + 1
           where scope = 'rulesets' and exists (select from raised)`,
    values: [stream, revision],
  });
}
