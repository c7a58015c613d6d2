import { type Kysely, sql } from "kysely";

/**
 * Of a group of requests the gate settles all that it can in one statement of its own (src/api/gate.ts); the rest is
 * still for `claim_request`. The plans of these functions are kept: made for each call anew, they cost more than what
 * they plan.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter function claim_request(text[], text, text, text, bytea, text, bytea[], int[], text, text, text, bytea[], int[], text[])
    set plan_cache_mode = force_generic_plan`.execute(db);
  await sql`
    alter function read_streams(text[], bigint[], bigint[]) set plan_cache_mode = force_generic_plan`.execute(
    db,
  );
}
