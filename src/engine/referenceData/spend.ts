import type pg from "pg";
import type { Rates, SpendFacts, TransactionType } from "../../domain/ruleset/evaluate/facts.ts";
import type { Instant } from "../../domain/time.ts";

interface TransactionRow {
  readonly seq: number;
  readonly card_id: string;
  readonly transaction_id: string;
  readonly type: TransactionType;
  readonly refers_to: string | null;
  readonly minor: string;
  readonly currency: string;
  readonly mcc: string;
  readonly transaction_at: Date;
  readonly received_at: Date;
}

const COLUMNS =
  "t.seq, t.card_id, t.transaction_id, t.type, t.refers_to, t.minor, t.currency, t.mcc, t.transaction_at, t.received_at";

/** Those of the time that counts; of what is dated before, what a refund there names, and a refund of something there. */
const OF_WINDOW = `with own as materialized (
    select * from transactions where card_id = any($1::text[]) and transaction_at >= $2
  )
  select ${COLUMNS} from own t
  union all
  select ${COLUMNS} from transactions t
   where t.transaction_id = any (array(select refers_to from own where refers_to is not null))
     and t.card_id = any($1::text[]) and t.transaction_at < $2
  union all
  select ${COLUMNS} from transactions t
   where t.refers_to = any (array(select transaction_id from own))
     and t.card_id = any($1::text[]) and t.transaction_at < $2`;

/** What these name, and what names these, where it is dated before. */
const BEFORE = `select ${COLUMNS} from transactions t
   where (t.transaction_id = any ($3::text[]) or t.refers_to = any ($4::text[]))
     and t.card_id = any($1::text[]) and t.transaction_at < $2`;

/**
 * A card's transactions, and those of cards it turned out to be the same as, as far as they can matter from `since` on: a
 * refund counts at its purchase, however long after it was made. With the watermark up to which they were read.
 */
export async function readSpend(
  pool: Pick<pg.Pool, "query">,
  cardIds: readonly string[],
  since: Instant,
  ratesOf: (days: Iterable<string>) => Promise<Rates>,
): Promise<SpendFacts> {
  const rows = [...(await chainsSince(pool, cardIds, new Date(since))).values()];
  return await factsOf(rows, cardIds, ratesOf);
}

/**
 * What a decision has read, read again: up to its watermark, with the rates that are known now.
 * @param cardId whose stream holds the decision
 */
export async function readSpendAgain(
  pool: Pick<pg.Pool, "query">,
  { cardId, watermark }: { readonly cardId: string; readonly watermark: string },
  since: Instant,
  ratesOf: (days: Iterable<string>) => Promise<Rates>,
): Promise<SpendFacts> {
  const upTo = readWatermark(watermark, cardId);
  const cardIds = [...upTo.keys()];
  const rows = [...(await chainsSince(pool, cardIds, new Date(since))).values()];
  const then = rows.filter(({ card_id: card, seq }) => seq <= (upTo.get(card) ?? 0));
  return await factsOf(then, cardIds, ratesOf);
}

async function factsOf(
  rows: readonly TransactionRow[],
  cardIds: readonly string[],
  ratesOf: (days: Iterable<string>) => Promise<Rates>,
): Promise<SpendFacts> {
  return {
    transactions: rows.map((row) => ({
      id: row.transaction_id,
      type: row.type,
      refersTo: row.refers_to,
      minor: BigInt(row.minor),
      currency: row.currency,
      mcc: row.mcc,
      at: row.transaction_at.getTime(),
    })),
    rates: await ratesOf(new Set(rows.map((row) => row.transaction_at.toISOString().slice(0, 10)))),
    watermark: watermarkOf(rows, cardIds),
    receivedAt: rows.reduce<Instant | null>(
      (newest, row) => Math.max(newest ?? 0, row.received_at.getTime()),
      null,
    ),
  };
}

async function chainsSince(
  pool: Pick<pg.Pool, "query">,
  cardIds: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, TransactionRow>> {
  const rows = new Map<string, TransactionRow>();
  const { rows: found } = await pool.query<TransactionRow>({
    name: "spend_of_window",
    text: OF_WINDOW,
    values: [cardIds, since],
  });
  for (const row of found) rows.set(row.transaction_id, row);
  // Chains of refunds and reversals that go on before: rare, and short.
  let newest = found.filter((row) => row.transaction_at < since);
  while (newest.length > 0) {
    const named = newest.flatMap(({ refers_to: to }) => (to === null || rows.has(to) ? [] : [to]));
    const naming = newest.map((row) => row.transaction_id);
    const { rows: more } = await pool.query<TransactionRow>({
      name: "spend_before_window",
      text: BEFORE,
      values: [cardIds, since, named, naming],
    });
    newest = more.filter((row) => !rows.has(row.transaction_id));
    for (const row of newest) rows.set(row.transaction_id, row);
  }
  return rows;
}

/**
 * Of each card the number of the last row that was read. A card's rows are numbered in the order of their commits (see
 * `transactions.ts`), so that the same is read again by "up to this number".
 */
function watermarkOf(rows: readonly TransactionRow[], cardIds: readonly string[]): string {
  const last = new Map<string, number>(cardIds.map((cardId) => [cardId, 0]));
  for (const { card_id: cardId, seq } of rows) last.set(cardId, Math.max(last.get(cardId) ?? 0, seq));
  if (last.size === 1) return String([...last.values()][0] ?? 0);
  return [...last].map(([cardId, seq]) => `${cardId}:${String(seq)}`).join(" ");
}

/** Of each card the number up to which it was read; of one card alone the watermark is its number. */
function readWatermark(watermark: string, cardId: string): ReadonlyMap<string, number> {
  const parts = watermark.split(" ").map((part) => part.split(":"));
  return new Map(
    parts.map(([first = "", second]) =>
      second === undefined ? [cardId, Number(first)] : [first, Number(second)],
    ),
  );
}
