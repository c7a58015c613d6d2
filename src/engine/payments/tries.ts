import { sql } from "kysely";
import type { PaymentAnswer } from "../../integrations/ports.ts";
import { MINUTE, SECOND } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/** Who asks the acquirer of a payment, and when next. By real time; a row is somebody's while its lease runs. */

export type AskedOfPayment = "CHARGE" | "CHARGE_INQUIRY" | "CHARGE_VOID" | "REFUND" | "REFUND_INQUIRY";

/** A question, and what became of it. Nothing that a card could be found or charged by. */
export interface TryLine {
  readonly at: string;
  readonly asked: AskedOfPayment;
  readonly answer: PaymentAnswer["kind"];
  readonly responseCode: string | null;
  /** Why nothing was learned. */
  readonly why: string | null;
}

const LEASE_MS = MINUTE;
const FIRST_WAIT = 2 * SECOND;
const LONGEST_WAIT = 10 * MINUTE;
const KEPT_LINES = 50;

/** How often it was tried with this time; null where it is another's, or not due yet. `anyway`: whenever it is due. */
export async function claimPayment(
  { db, now }: Pick<Services, "db" | "now">,
  accessId: string,
  { anyway = false }: { readonly anyway?: boolean } = {},
): Promise<number | null> {
  const at = new Date(now());
  const until = new Date(now() + LEASE_MS);
  const row = await db
    .insertInto("payment_tries")
    .values({ access_id: accessId, next_at: until, tries: 1 })
    .onConflict((conflict) =>
      conflict
        .column("access_id")
        .doUpdateSet({ next_at: until, tries: sql<number>`payment_tries.tries + 1` })
        .where((eb) => (anyway ? sql<boolean>`true` : eb("payment_tries.next_at", "<=", at))),
    )
    .returning("tries")
    .executeTakeFirst();
  return row?.tries ?? null;
}

/** `problem` null: nothing is left to ask. Else it is tried again later, each time after twice as long. */
export async function releasePayment(
  { db, now }: Pick<Services, "db" | "now">,
  accessId: string,
  {
    tries,
    problem,
    lines,
  }: { readonly tries: number; readonly problem: string | null; readonly lines: readonly TryLine[] },
): Promise<void> {
  const wait = problem === null ? 0 : Math.min(FIRST_WAIT * 2 ** Math.min(tries - 1, 20), LONGEST_WAIT);
  await db
    .updateTable("payment_tries")
    .set({
      ...{ problem, next_at: new Date(now() + wait) },
      ...(problem === null ? { tries: 0 } : {}),
      log: sql<readonly unknown[]>`(
        select coalesce(jsonb_agg(line order by n), '[]') from (
          select line, n from jsonb_array_elements(log || ${JSON.stringify(lines)}::jsonb) with ordinality as all_lines(line, n)
          order by n desc limit ${sql.lit(KEPT_LINES)}
        ) as kept)`,
    })
    .where("access_id", "=", accessId)
    .execute();
}
