import type { ClientBase } from "pg";
import { ADVISORY_LOCKS, isHeld, tryLock, unlock } from "../../database/advisoryLocks.ts";
import { inTransaction } from "../../database/transaction.ts";
import { toMinor } from "../../domain/money.ts";
import { REWARD_PAGE_WITHIN } from "../../domain/policies.ts";
import { type RewardPullOutcome, rewardPullOutcome } from "../../domain/rewards.ts";
import { isoOrNull } from "../../domain/time.ts";
import type { RewardPage, RewardSilence, RewardTransaction } from "../../integrations/ports.ts";
import { cardByAref } from "../enrolledCards/byAref.ts";
import { type Incoming, storeIn } from "../referenceData/transactions.ts";
import type { Services } from "../services.ts";
import { takeAllWaiting } from "./waiting.ts";

/**
 * Transactions that are pulled from the reward system, page by page. A page and the cursor after it are stored in one
 * transaction; what belongs to no card that is enrolled here waits, and holds nothing up.
 */

export interface PullLimits {
  /** After so many pages it is enough for now. */
  readonly mostPages: number;
  /** A page's answer is waited for so long. Milliseconds. */
  readonly within?: number;
  readonly isStopped?: () => boolean;
}

export interface PullSeen {
  /** When it was asked last. */
  readonly at: string;
  readonly outcome: RewardPullOutcome;
  /** Of HTTP, where it refused. */
  readonly status: number | null;
  /** How many were new the last time. */
  readonly stored: number;
  /** There is more to bring than was brought. */
  readonly hasMore: boolean;
  /** When a page was brought last. */
  readonly movedAt: string | null;
  /** The latest time of a transaction that was brought. */
  readonly newest: string | null;
  /** Transactions that came with other content than they are known with; as they were known they stay. */
  readonly differing: number;
}

/** Null where another instance is at it. */
export async function pullTransactions(services: Services, limits: PullLimits): Promise<PullSeen | null> {
  const { pool, rewards } = services;
  if (!rewards.isConnected) return null;
  const client = await pool.connect();
  let broken = true;
  try {
    const isOurs = await tryLock(client, ADVISORY_LOCKS.rewards);
    if (isOurs) {
      await pullAll(services, limits);
      await unlock(client, ADVISORY_LOCKS.rewards);
    }
    broken = false;
    return isOurs ? await lastPull(services) : null;
  } finally {
    // A connection that may still hold the lock is closed, which gives it back.
    client.release(broken);
  }
}

/** The next pull begins at the beginning; what is known already is stored no second time. */
export async function forgetCursor({ pool }: Pick<Services, "pool">): Promise<void> {
  await pool.query("update reward_pull set cursor = null");
}

/** Whether some instance is at it. */
export async function isPulling({ pool }: Pick<Services, "pool">): Promise<boolean> {
  return await isHeld(pool, ADVISORY_LOCKS.rewards);
}

/** What came of the last time that where it is now was asked; null where it never was. */
export async function lastPull({ db, rewards }: Pick<Services, "db" | "rewards">): Promise<PullSeen | null> {
  const row = await db.selectFrom("reward_pull").selectAll().executeTakeFirst();
  if (row === undefined || row.at === null || row.source !== rewards.url) return null;
  const { at, outcome, status, stored, has_more: hasMore, moved_at: movedAt, newest, differing } = row;
  return {
    ...{ at: at.toISOString(), outcome: rewardPullOutcome.parse(outcome), status, stored, hasMore },
    movedAt: isoOrNull(movedAt?.getTime() ?? null),
    newest: isoOrNull(newest?.getTime() ?? null),
    differing,
  };
}

async function pullAll(services: Services, limits: PullLimits): Promise<void> {
  const { mostPages, within = REWARD_PAGE_WITHIN, isStopped = () => false } = limits;
  await takeAllWaiting(services);
  let cursor = await cursorHere(services);
  for (let page = 0; page < mostPages && !isStopped(); page++) {
    const answer = await services.rewards.transactionsAfter(cursor, within);
    if (answer.kind === "NOTHING") {
      await noteSilence(services, answer, page === 0);
      return;
    }
    if (!(await takePage(services, cursor, answer, page === 0)) || !answer.hasMore) return;
    cursor = answer.next;
  }
}

/** A cursor is of one place: of another, all is asked for from the beginning. */
async function cursorHere({ pool, rewards }: Services): Promise<string | null> {
  const { rows } = await pool.query<{ cursor: string | null }>(
    `insert into reward_pull (only_one, source) values (true, $1)
     on conflict (only_one) do update
       set cursor = case when reward_pull.source = excluded.source then reward_pull.cursor end,
           at = case when reward_pull.source = excluded.source then reward_pull.at end,
           source = excluded.source
     returning cursor`,
    [rewards.url],
  );
  return rows[0]?.cursor ?? null;
}

async function noteSilence(
  { pool, now }: Services,
  { why, status }: RewardSilence,
  isFirst: boolean,
): Promise<void> {
  const outcome = rewardPullOutcome.parse(why);
  await pool.query(
    `update reward_pull set at = $1, outcome = $2, status = $3, stored = case when $4 then 0 else stored end`,
    [new Date(now()), outcome, status, isFirst],
  );
}

/** False where somebody else has moved the cursor: nothing is stored then. */
async function takePage(
  services: Services,
  cursor: string | null,
  { items, next, hasMore }: RewardPage,
  isFirst: boolean,
): Promise<boolean> {
  const cards = new Map<string, string | null>();
  for (const { aref } of items) {
    if (!cards.has(aref)) cards.set(aref, await cardByAref(services, aref));
  }
  const known: Incoming[] = [];
  const waiting: RewardTransaction[] = [];
  for (const one of items) {
    const cardId = cards.get(one.aref) ?? null;
    if (cardId === null) waiting.push(one);
    else known.push(incomingOf(one, cardId));
  }
  const newest =
    items
      .map(({ transactionAt }) => transactionAt)
      .sort()
      .at(-1) ?? null;
  return await inTransaction(
    services.pool,
    async (client) => {
      if (!(await isStillAt(client, cursor))) return false;
      const { stored, differing } = await storeIn(client, known);
      const kept = await keepWaiting(client, waiting);
      await client.query(
        `update reward_pull
            set cursor = $1, at = $2, outcome = 'DONE', status = null, has_more = $3, moved_at = $2,
                stored = $4 + case when $5 then 0 else stored end, differing = differing + $6,
                newest = greatest(newest, $7::timestamptz)`,
        [next, new Date(services.now()), hasMore, stored + kept, isFirst, differing.length, newest],
      );
      return true;
    },
    (isTaken) => isTaken,
  );
}

function incomingOf({ aref: _aref, ...one }: RewardTransaction, cardId: string): Incoming {
  return { ...one, cardId };
}

async function isStillAt(client: ClientBase, cursor: string | null): Promise<boolean> {
  const { rows } = await client.query<{ cursor: string | null }>("select cursor from reward_pull for update");
  return rows[0] !== undefined && rows[0].cursor === cursor;
}

/** How many are new. */
async function keepWaiting(client: ClientBase, waiting: readonly RewardTransaction[]): Promise<number> {
  if (waiting.length === 0) return 0;
  const column = (pick: (one: RewardTransaction) => string | null): (string | null)[] => waiting.map(pick);
  const { rowCount } = await client.query(
    `insert into reward_waiting
       (transaction_id, aref, type, refers_to, minor, currency, mcc, transaction_at, posted_at)
     select given.* from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::timestamptz[], $9::timestamptz[])
       as given(transaction_id, aref, type, refers_to, minor, currency, mcc, transaction_at, posted_at)
      where not exists (select 1 from transactions t where t.transaction_id = given.transaction_id)
     on conflict (transaction_id) do nothing`,
    [
      column((one) => one.transactionId),
      column((one) => one.aref),
      column((one) => one.type),
      column((one) => one.refersTo),
      column((one) => toMinor(one.amount).toString()),
      column((one) => one.amount.currency),
      column((one) => one.mcc),
      column((one) => one.transactionAt),
      column((one) => one.postedAt),
    ],
  );
  return rowCount ?? 0;
}
