import type { ClientBase } from "pg";
import { inTransaction } from "../../database/transaction.ts";
import { type Money, toMinor } from "../../domain/money.ts";
import type { TransactionType } from "../../domain/ruleset/evaluate/facts.ts";
import { groupsOf, type Slices } from "../slices.ts";
import type { Services } from "../services.ts";

/** The table of card transactions: only ever added to. */

export interface Incoming {
  readonly transactionId: string;
  readonly cardId: string;
  readonly type: TransactionType;
  readonly refersTo: string | null;
  readonly amount: Money;
  readonly mcc: string;
  readonly transactionAt: string;
  readonly postedAt: string | null;
}

export type StoreOutcome =
  | { readonly kind: "stored"; readonly stored: number; readonly ignored: number }
  /** Which of them are known with other content; nothing was stored. */
  | { readonly kind: "differs"; readonly indexes: readonly number[] };

/** So many are stored by one statement: a longer transaction would hold up the feed of events, and the thread. */
const CHUNK = 500;

/**
 * All that are not known yet, or none. All are compared with what is known before the first is stored;
 * a request of up to {@link CHUNK} is one transaction, a larger import is stored in several, and what a
 * crash leaves out is stored when the import is sent again. A dry run says what it would be, and stores nothing.
 */
export async function storeTransactions(
  services: Pick<Services, "pool">,
  items: readonly Incoming[],
  slices: Slices,
  isDryRun: boolean,
): Promise<StoreOutcome> {
  const first = new FirstOfEach();
  const distinct: Numbered[] = [];
  const twice: number[] = [];
  for (const [index, item] of items.entries()) {
    const numbered = { item, index };
    const before = first.of(numbered);
    if (before === numbered) distinct.push(numbered);
    else if (!isSame(before.item, item)) twice.push(index);
    await slices.pause();
  }
  if (twice.length > 0) return { kind: "differs", indexes: twice };
  if (distinct.length > CHUNK || isDryRun) {
    const indexes: number[] = [];
    for (const chunk of groupsOf(distinct, CHUNK)) {
      indexes.push(...(await differing(services.pool, chunk)));
      await slices.pause();
    }
    if (indexes.length > 0) return { kind: "differs", indexes };
  }
  if (isDryRun) {
    let known = items.length - distinct.length;
    for (const chunk of groupsOf(distinct, CHUNK)) known += (await knownOf(services.pool, chunk)).size;
    return { kind: "stored", stored: items.length - known, ignored: known };
  }
  let stored = 0;
  for (const chunk of groupsOf(distinct, CHUNK)) {
    const done = await storeChunk(services, chunk);
    if (done.kind === "differs") return done;
    stored += done.stored;
    await slices.pause();
  }
  return { kind: "stored", stored, ignored: items.length - stored };
}

/** By transaction id. In many small maps: one of a million holds the thread each time it grows. */
class FirstOfEach {
  readonly #maps = Array.from({ length: 256 }, () => new Map<string, Numbered>());

  /** The first that came with this one's id: itself where it is the first. */
  of(numbered: Numbered): Numbered {
    const { transactionId } = numbered.item;
    const map = this.#maps[byteOf(transactionId)];
    const before = map?.get(transactionId);
    if (before === undefined) map?.set(transactionId, numbered);
    return before ?? numbered;
  }
}

/** Spreads ids over 256 places. */
export function byteOf(transactionId: string): number {
  let sum = 0;
  for (let at = 0; at < transactionId.length; at++) sum = (sum * 31 + transactionId.charCodeAt(at)) & 0xff;
  return sum;
}

export function isSame(a: Incoming, b: Incoming): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export interface Numbered {
  readonly item: Incoming;
  readonly index: number;
}

/**
 * Until the end of the transaction nobody else stores something of these cards: of a card the numbers of its rows are in the
 * order of their commits, and a decision can name what it read by the last of them. Always in one order, and before a row is
 * written: who waits holds up nobody.
 */
const IN_TURN = `select pg_advisory_xact_lock(of.key) from (
    select distinct hashtextextended(card_id, 7265110) as key from unnest($1::text[]) as given(card_id) order by 1
  ) as of`;

async function storeChunk(
  { pool }: Pick<Services, "pool">,
  chunk: readonly Numbered[],
): Promise<StoreOutcome> {
  return await inTransaction(
    pool,
    async (client) => {
      const { stored, indexes } = await storeNew(client, chunk);
      return indexes.length === 0
        ? { kind: "stored", stored, ignored: chunk.length - stored }
        : { kind: "differs", indexes };
    },
    ({ kind }) => kind === "stored",
  );
}

/**
 * Stores those that are not known yet, in the caller's transaction, and says which are known with other content.
 * @param chunk at most some hundreds, no id twice
 */
export async function storeNew(
  client: Pick<ClientBase, "query">,
  chunk: readonly Numbered[],
): Promise<{ readonly stored: number; readonly indexes: readonly number[] }> {
  await lockCards(
    client,
    chunk.map(({ item }) => item.cardId),
  );
  const { rowCount } = await client.query(
    `insert into transactions (transaction_id, card_id, type, refers_to, minor, currency, mcc, transaction_at, posted_at)
     select * from ${GIVEN} order by transaction_id
     on conflict (transaction_id) do nothing`,
    [...columns(chunk)],
  );
  const stored = rowCount ?? 0;
  // Only when all are stored: what was not may be known with other content.
  return { stored, indexes: stored === chunk.length ? [] : await differing(client, chunk) };
}

export async function lockCards(
  client: Pick<ClientBase, "query">,
  cardIds: readonly string[],
): Promise<void> {
  await client.query(IN_TURN, [cardIds]);
}

/**
 * In a transaction of the caller's, at most {@link CHUNK} at once: those that are not known yet. What is known with other content
 * stays as it is, and is named by its id.
 */
export async function storeIn(
  client: ClientBase,
  items: readonly Incoming[],
): Promise<{ readonly stored: number; readonly differing: readonly string[] }> {
  if (items.length === 0) return { stored: 0, differing: [] };
  const { stored, indexes } = await storeNew(
    client,
    items.map((item, index) => ({ item, index })),
  );
  return { stored, differing: indexes.flatMap((index) => items[index]?.transactionId ?? []) };
}

const GIVEN = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
  $8::timestamptz[], $9::timestamptz[])
  as given(transaction_id, card_id, type, refers_to, minor, currency, mcc, transaction_at, posted_at)`;

function columns(chunk: readonly Numbered[]): readonly (readonly (string | null)[])[] {
  const column = (pick: (item: Incoming) => string | null): (string | null)[] =>
    chunk.map(({ item }) => pick(item));
  return [
    column((item) => item.transactionId),
    column((item) => item.cardId),
    column((item) => item.type),
    column((item) => item.refersTo),
    column((item) => toMinor(item.amount).toString()),
    column((item) => item.amount.currency),
    column((item) => item.mcc),
    column((item) => item.transactionAt),
    column((item) => item.postedAt),
  ];
}

/** The places of those that are known with other content. */
export async function differing(
  client: Pick<ClientBase, "query">,
  chunk: readonly Numbered[],
): Promise<readonly number[]> {
  const { rows } = await client.query<{ transaction_id: string }>(
    `select t.transaction_id from ${GIVEN} join transactions t using (transaction_id)
     where (t.card_id, t.type, t.refers_to, t.minor, t.currency, t.mcc, t.transaction_at, t.posted_at)
       is distinct from (given.card_id, given.type, given.refers_to, given.minor, given.currency, given.mcc,
         given.transaction_at, given.posted_at)`,
    [...columns(chunk)],
  );
  const ids = new Set(rows.map((row) => row.transaction_id));
  return chunk.flatMap(({ item, index }) => (ids.has(item.transactionId) ? [index] : []));
}

/** The ids that are known. */
export async function knownOf(
  client: Pick<ClientBase, "query">,
  chunk: readonly Numbered[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ transaction_id: string }>(
    "select transaction_id from transactions where transaction_id = any($1::text[])",
    [chunk.map(({ item }) => item.transactionId)],
  );
  return new Set(rows.map((row) => row.transaction_id));
}
