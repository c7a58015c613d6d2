import type { ClientBase } from "pg";
import { inTransaction } from "../../database/transaction.ts";
import { fromMinor } from "../../domain/money.ts";
import type { TransactionType } from "../../domain/ruleset/evaluate/facts.ts";
import { isoOrNull } from "../../domain/time.ts";
import { cardByAref } from "../enrolledCards/byAref.ts";
import { type Incoming, lockCards, storeIn } from "../referenceData/transactions.ts";
import type { Services } from "../services.ts";

/** Transactions of cards that nobody has enrolled here: kept until somebody does, and given to the card then. */

export interface Waiting {
  readonly transactions: number;
  /** Of so many cards. */
  readonly cards: number;
  /** When the one that waits longest came. */
  readonly since: string | null;
}

export async function waitingNow({ pool }: Pick<Services, "pool">): Promise<Waiting> {
  const { rows } = await pool.query<{ transactions: number; cards: number; since: Date | null }>(
    `select count(*)::int as transactions, count(distinct aref)::int as cards, min(received_at) as since
       from reward_waiting`,
  );
  const { transactions = 0, cards = 0, since = null } = rows[0] ?? {};
  return { transactions, cards, since: isoOrNull(since?.getTime() ?? null) };
}

/** Those of these AREFs, as far as cards are enrolled by them. */
export async function takeWaiting(services: Services, arefs: readonly string[]): Promise<void> {
  if (arefs.length === 0) return;
  const { rows } = await services.pool.query<{ aref: string }>(
    "select distinct aref from reward_waiting where aref = any($1::text[])",
    [arefs],
  );
  for (const { aref } of rows) await takeOf(services, aref);
}

const AT_ONCE = 200;

/** Whatever an enrolment could not take, because its process ended, or a page came in beside it. */
export async function takeAllWaiting(services: Services): Promise<void> {
  for (let after = ""; ; ) {
    const { rows } = await services.pool.query<{ aref: string }>(
      `select distinct w.aref from reward_waiting w join card_arefs using (aref)
        where w.aref > $1 order by w.aref limit $2`,
      [after, AT_ONCE],
    );
    for (const { aref } of rows) await takeOf(services, aref);
    const last = rows.at(-1);
    if (last === undefined || rows.length < AT_ONCE) return;
    after = last.aref;
  }
}

const CHUNK = 500;

async function takeOf(services: Services, aref: string): Promise<void> {
  const cardId = await cardByAref(services, aref);
  if (cardId === null) return;
  for (;;) {
    const taken = await inTransaction(services.pool, async (client) => {
      // In one order with a page that is being stored: whoever waits holds nothing up.
      await client.query("select from reward_pull for update");
      await lockCards(client, [cardId]);
      const items = await takeFrom(client, aref, cardId);
      const { differing } = await storeIn(client, items);
      if (differing.length > 0)
        await client.query("update reward_pull set differing = differing + $1", [differing.length]);
      return items.length;
    });
    if (taken < CHUNK) return;
  }
}

interface WaitingRow {
  readonly transaction_id: string;
  readonly type: TransactionType;
  readonly refers_to: string | null;
  readonly minor: string;
  readonly currency: string;
  readonly mcc: string;
  readonly transaction_at: Date;
  readonly posted_at: Date | null;
}

async function takeFrom(client: ClientBase, aref: string, cardId: string): Promise<readonly Incoming[]> {
  const { rows } = await client.query<WaitingRow>(
    `delete from reward_waiting where transaction_id in
       (select transaction_id from reward_waiting where aref = $1 order by transaction_id limit ${String(CHUNK)})
     returning *`,
    [aref],
  );
  return rows.map((row) => ({
    ...{ transactionId: row.transaction_id, cardId, type: row.type, refersTo: row.refers_to },
    ...{ amount: fromMinor(BigInt(row.minor), row.currency), mcc: row.mcc },
    transactionAt: row.transaction_at.toISOString(),
    postedAt: isoOrNull(row.posted_at?.getTime() ?? null),
  }));
}
