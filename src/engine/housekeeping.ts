import type { Services } from "./services.ts";
import { KEPT_HOURS } from "./management/idempotency.ts";

/** Forgets what nobody asks for any more: ended sessions, old answers, old wrong tries. For the sweeper, now and then. */
export async function forgetExpired(services: Services): Promise<void> {
  const now = new Date(services.now());
  await services.pool.query("delete from sessions where expires_at <= $1", [now]);
  await services.pool.query(
    "delete from idempotency_keys where created_at < clock_timestamp() - make_interval(hours => $1)",
    [KEPT_HOURS],
  );
  await services.pool.query("delete from wrong_tries where last_at < $1::timestamptz - interval '1 day'", [
    now,
  ]);
  // A code that is forgotten is counted on by what its stream knows of its tries.
  await services.pool.query(
    `with codes as (delete from pairing_codes where created_at < clock_timestamp() - interval '1 day')
     delete from spare_tries where created_at < clock_timestamp() - interval '1 day'`,
  );
}
