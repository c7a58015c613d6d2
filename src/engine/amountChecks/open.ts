import type { Services } from "../services.ts";

/** An amount that was asked for, and of which it is not sure yet that nothing is taken. */
export interface OpenAmount {
  readonly key: string;
  readonly cardId: string;
  readonly accessId: string;
  readonly amount: { readonly amount: string; readonly currency: string };
  /** `ASKED`: its answer was not written down; `UNKNOWN`: it has none; `DUE`: it was taken, and has to be given back. */
  readonly state: string;
  readonly askedAt: Date;
  readonly nextAt: Date;
  readonly tries: number;
  readonly problem: string | null;
}

const MOST = 100;

/** The oldest first, and how many there are. */
export async function openAmounts({
  db,
}: Pick<Services, "db">): Promise<{ readonly total: number; readonly items: readonly OpenAmount[] }> {
  const open = db.selectFrom("amount_checks").where("state", "in", ["ASKED", "UNKNOWN", "DUE"]);
  const [{ total }, rows] = await Promise.all([
    open.select((one) => one.fn.countAll<number>().as("total")).executeTakeFirstOrThrow(),
    open.selectAll().orderBy("asked_at").orderBy("key").limit(MOST).execute(),
  ]);
  return {
    total,
    items: rows.map((row) => ({
      ...{ key: row.key, cardId: row.card_id, accessId: row.access_id },
      amount: { amount: row.amount, currency: row.currency },
      ...{ state: row.state, askedAt: row.asked_at, nextAt: row.next_at },
      ...{ tries: row.tries, problem: row.problem },
    })),
  };
}
