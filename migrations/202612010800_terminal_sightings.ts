import { type Kysely, sql } from "kysely";

/** When each terminal was heard of last. What is decided by it: nothing. */
const STATEMENTS: readonly string[] = [
  `create table terminal_sightings (
     serial_number text collate "C" primary key,
     -- Which of the devices that had the serial number.
     device int not null,
     -- Real time.
     seen_at timestamptz not null
   )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
