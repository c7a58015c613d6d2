import { sql } from "kysely";
import { MINUTE, SECOND } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/**
 * Looks after the amounts that were asked for: what was taken is given back; where the answer was lost, it is inquired
 * first. In every instance, any number at once: a row is another's while its lease runs.
 */

type Needed = Pick<Services, "db" | "acquirer" | "logger">;

const AT_ONCE = 20;
const LEASE_MS = 30 * SECOND;
/** There is time: nobody waits for it. */
const WITHIN_MS = 5 * SECOND;
const FIRST_WAIT = 2 * SECOND;
const LONGEST_WAIT = 10 * MINUTE;

const OPEN = ["ASKED", "UNKNOWN", "DUE"] as const;

/** One round over what is due at `now`, real time; answers how many it settled. */
export async function reconcileAmounts(services: Needed, now: number): Promise<number> {
  if (!services.acquirer.isConnected) return 0;
  const due = await claimDue(services, now);
  const settled = await Promise.all(due.map(async (one) => await reconcileOne(services, one, now)));
  return settled.filter((done) => done).length;
}

interface Due {
  readonly key: string;
  readonly state: string;
  readonly tries: number;
}

async function claimDue({ db }: Needed, now: number): Promise<readonly Due[]> {
  return await db
    .updateTable("amount_checks")
    .set({ next_at: new Date(now + LEASE_MS), tries: sql<number>`tries + 1` })
    .where("key", "in", (query) =>
      query
        .selectFrom("amount_checks")
        .select("key")
        .where("state", "in", OPEN)
        .where("next_at", "<=", new Date(now))
        .orderBy("next_at")
        .limit(AT_ONCE)
        .forUpdate()
        .skipLocked(),
    )
    .returning(["key", "state", "tries"])
    .execute();
}

async function reconcileOne(services: Needed, { key, state, tries }: Due, now: number): Promise<boolean> {
  const { acquirer } = services;
  if (state !== "DUE") {
    const found = await acquirer.findAmount(key, WITHIN_MS);
    if (found.kind === "UNKNOWN") return await again(services, key, found.why, { tries, now });
    // Also what never arrived is given back: it may be under way still, and is then refused.
    await services.db
      .updateTable("amount_checks")
      .set({ response_code: found.responseCode })
      .where("key", "=", key)
      .execute();
  }
  const given = await acquirer.giveBack(key, WITHIN_MS);
  if (given.kind === "UNKNOWN") return await again(services, key, given.why, { tries, now });
  await services.db
    .updateTable("amount_checks")
    .set({ state: "GIVEN_BACK", problem: null, settled_at: new Date(now) })
    .where("key", "=", key)
    .execute();
  return true;
}

async function again(
  { db, logger }: Needed,
  key: string,
  why: string,
  { tries, now }: { readonly tries: number; readonly now: number },
): Promise<false> {
  const wait = Math.min(FIRST_WAIT * 2 ** Math.min(tries - 1, 20), LONGEST_WAIT);
  await db
    .updateTable("amount_checks")
    .set({ problem: why, next_at: new Date(now + wait) })
    .where("key", "=", key)
    .execute();
  logger.warn({ key, why, tries }, "an amount could not be given back yet");
  return false;
}
