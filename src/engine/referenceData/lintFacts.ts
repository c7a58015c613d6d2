import { sql } from "kysely";
import type { LintRange } from "../../domain/ruleset/lint/lint.ts";
import { DAY, type Instant, iso } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/** Of the reference data, what tells whether a ruleset is for cards and purchases that there are. */

/** Of the same bounds the later import counts. */
export async function rangesOf(
  { pool }: Pick<Services, "pool">,
  icas: readonly string[],
): Promise<readonly LintRange[]> {
  if (icas.length === 0) return [];
  const { rows } = await pool.query<LintRange>(
    `select low, high, ica from (
       select distinct on (low, high) low, high, ica from account_ranges order by low, high, id desc
     ) current where ica = any($1::text[])`,
    [icas],
  );
  return rows;
}

/** A day without a rate uses one of at most a week before. */
const RATE_LIVES = 7 * DAY;

export async function hasRatesFor(
  { db }: Pick<Services, "db">,
  currency: string,
  days: number,
  now: Instant,
): Promise<boolean> {
  const day = (at: Instant): string => iso(at).slice(0, 10);
  const found = await db
    .selectFrom("rates")
    .select("day")
    .where((row) => row.or([row("base", "=", currency), row("quote", "=", currency)]))
    .where(sql<boolean>`day between ${day(now - days * DAY - RATE_LIVES)}::date and ${day(now)}::date`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
