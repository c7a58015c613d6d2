import { type Kysely, sql } from "kysely";

/**
 * How many operations there are of each kind in each quarter of an hour: every zone's hours and days begin at one. Kept by
 * the read model of the operations, which builds its tables anew for it. What is not there is the empty text.
 */
const STATEMENTS: readonly string[] = [
  `create table operation_counts (
     slot timestamptz not null,
     location_id text collate "C" not null,
     merchant_id text collate "C" not null,
     service text collate "C" not null,
     ica text collate "C" not null,
     ruleset_id text collate "C" not null,
     status text collate "C" not null,
     code text collate "C" not null,
     cost text collate "C" not null,
     currency text collate "C" not null,
     payment_status text collate "C" not null,
     operations int not null,
     with_guests int not null,
     adults_free int not null,
     adults_paid int not null,
     children_free int not null,
     children_paid int not null,
     free_children int not null,
     charged numeric not null,
     refunded numeric not null,
     primary key (slot, location_id, merchant_id, service, ica, ruleset_id, status, code, cost, currency, payment_status)
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
