import { type Kysely, sql } from "kysely";

/** What operations are narrowed down by. Rows of before are filled by their read model, which builds its table anew. */
const STATEMENTS: readonly string[] = [
  `alter table operations add column trust text`,
  `create index operations_ruleset on operations (ruleset_id, at, access_id)`,
  `create index operations_code on operations (code, at, access_id) where code is not null`,
  `create index operations_rare on operations (status, at, access_id)
     where status in ('CANCELLED', 'EXPIRED', 'REVERSED')`,
  `create index operations_flagged on operations (at, access_id) where cardinality(flags) > 0`,
  // A mask shows the first six and the last four digits.
  `create index card_vault_mask on card_vault (right(mask, 4), left(mask, 6)) where mask is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
