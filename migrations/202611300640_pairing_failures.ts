import { type Kysely, sql } from "kysely";

/** Why a device did not come in, for whoever stands beside it: the last time of each cause. It decides nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table pairing_failures (
         serial_number text not null,
         why text not null,
         at timestamptz not null,
         primary key (serial_number, why)
       )`,
    )
    .execute(db);
}
