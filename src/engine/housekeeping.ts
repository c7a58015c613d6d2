import { sql } from "kysely";
import { REFERENCE_LIVES } from "../domain/policies.ts";
import type { Services } from "./services.ts";
import { forgetDeliveries } from "./webhooks/standing.ts";
import { KEPT_HOURS } from "./management/idempotency.ts";

/** Forgets what nobody asks for any more: ended sessions and invitations, old answers, old wrong tries. For the sweeper, now and then. */
export async function forgetExpired(services: Services): Promise<void> {
  const { db, now } = services;
  await forgetDeliveries(services);
  const at = new Date(now());
  await db.deleteFrom("sessions").where("expires_at", "<=", at).execute();
  await db.deleteFrom("invitations").where("expires_at", "<=", at).execute();
  const kept = sql<Date>`clock_timestamp() - make_interval(hours => ${KEPT_HOURS}::int)`;
  await db.deleteFrom("idempotency_keys").where("created_at", "<", kept).execute();
  await db
    .deleteFrom("wrong_tries")
    .where("last_at", "<", sql<Date>`${at}::timestamptz - interval '1 day'`)
    .execute();
  await db
    .deleteFrom("device_nonces")
    .where("seen_at", "<", sql<Date>`${at}::timestamptz - interval '1 hour'`)
    .execute();
  // Of what is not settled nothing is ever forgotten.
  await db
    .deleteFrom("amount_checks")
    .where("settled_at", "<", sql<Date>`${at}::timestamptz - interval '90 days'`)
    .execute();
  await db
    .deleteFrom("acquirer_references")
    .where("kept_at", "<", new Date(now() - REFERENCE_LIVES))
    .execute();
  await db
    .deleteFrom("payment_tries")
    .where("next_at", "<", sql<Date>`${at}::timestamptz - interval '90 days'`)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("payments")
            .select("payments.access_id")
            .whereRef("payments.access_id", "=", "payment_tries.access_id")
            .where((one) => one.or([one("is_open", "=", true), one("for_person", "=", true)])),
        ),
      ),
    )
    .execute();
  // A code that is forgotten is counted on by what its stream knows of its tries. In one statement.
  const yesterday = sql<Date>`clock_timestamp() - interval '1 day'`;
  await db
    .with("codes", (codes) => codes.deleteFrom("pairing_codes").where("created_at", "<", yesterday))
    .with("setups", (setups) => setups.deleteFrom("setup_codes").where("created_at", "<", yesterday))
    .with("claims", (claims) => claims.deleteFrom("claim_codes").where("created_at", "<", yesterday))
    .deleteFrom("spare_tries")
    .where("created_at", "<", yesterday)
    .execute();
}
