import { type Kysely, sql } from "kysely";

/**
 * Adjustments with their proposals, as a read model; imports of what was used under an earlier system, as records. The read
 * model of cards builds its table anew for the guests of those.
 */
const STATEMENTS: readonly string[] = [
  `alter table card_adjustments add column guests jsonb`,
  `create table adjustments (
     adjustment_id text collate "C" primary key,
     card_id text not null,
     ruleset_id text not null,
     free int not null,
     paid int not null,
     reason text not null,
     -- DIRECT: made by one alone, and never proposed.
     status text not null check (status in ('OPEN', 'APPROVED', 'DECLINED', 'WITHDRAWN', 'DIRECT')),
     at timestamptz not null,
     by_id text not null,
     by_role text not null,
     -- Null while it is open, and of what was made by one alone.
     decided_at timestamptz,
     decided_by_id text,
     decided_by_role text,
     decided_reason text
   )`,
  `create index adjustments_by_time on adjustments (at desc, adjustment_id desc)`,
  `create index adjustments_open on adjustments (at desc, adjustment_id desc) where status = 'OPEN'`,
  `create index adjustments_card on adjustments (card_id)`,
  `create table opening_balance_imports (
     seq bigint generated always as identity primary key,
     id text not null unique,
     source text not null,
     lines int not null,
     taken int not null,
     unchanged int not null,
     refused int not null,
     actor_id text not null,
     actor_role text not null,
     -- Business time.
     at timestamptz not null,
     received_at timestamptz not null default now()
   )`,
  `create index opening_balance_imports_actor on opening_balance_imports (actor_id, seq)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
