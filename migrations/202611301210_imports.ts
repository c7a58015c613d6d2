import { type Kysely, sql } from "kysely";

/** Imports of files: who brought which, what became of its lines, and how far one that broke off has come. */
const STATEMENTS: readonly string[] = [
  `create table imports (
     id text collate "C" primary key,
     kind text not null check (kind in ('TRANSACTIONS', 'ACCOUNT_RANGES', 'RATES', 'ENROLMENTS')),
     file_name text,
     state text not null check (state in ('RUNNING', 'COMPLETED', 'INTERRUPTED', 'FAILED')),
     -- Of the file that hold something, its header apart.
     lines int not null,
     accepted int not null,
     known int not null,
     bad int not null,
     actor_id text not null,
     actor_role text not null,
     -- Business time.
     at timestamptz not null,
     changed_at timestamptz not null default clock_timestamp(),
     -- Of an import that can be taken up again: by whose key, who has it in hand, and what of the file is committed.
     owner text,
     key text,
     attempt text,
     format text,
     file_lines int not null default 0,
     file_bytes bigint not null default 0,
     fingerprint bytea,
     unique (owner, key)
   )`,
  `create index imports_by_time on imports (at desc, id desc)`,
  `create index imports_actor on imports (actor_id, at desc, id desc)`,
  // Also of opening balances, whose imports stand in a table of their own.
  `create table import_bad_lines (
     import_id text collate "C" not null,
     line int not null,
     place int not null,
     field text,
     message text not null,
     primary key (import_id, line, place)
   )`,
  `create index opening_balance_imports_by_time on opening_balance_imports (at desc, (id collate "C") desc)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
