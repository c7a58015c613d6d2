import { type Selectable, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { TransactionType } from "../../domain/ruleset/evaluate/facts.ts";
import type { Instant } from "../../domain/time.ts";
import type { Page } from "../../projections/page.ts";
import type { Services } from "../services.ts";
import { type Paging, tablePage } from "./tablePage.ts";

export type TransactionRow = Selectable<Database["transactions"]> & {
  readonly mask: string | null;
  readonly number: number;
};

export interface TransactionFilter {
  readonly transactionId?: string | undefined;
  readonly cardId?: string | undefined;
  /** The first six digits, or fewer of them. */
  readonly bin?: string | undefined;
  readonly last4?: string | undefined;
  readonly type?: TransactionType | undefined;
  readonly mcc?: string | undefined;
  readonly currency?: string | undefined;
  /** Made at or after. */
  readonly from?: Instant | undefined;
  /** Made before. */
  readonly to?: Instant | undefined;
}

/**
 * What cards spend is no business of the places that they come to: whoever is limited to places finds none.
 * @throws InvalidCursorError
 */
export async function listStoredTransactions(
  { db }: Pick<Services, "db">,
  { icas, places }: Visibility,
  { transactionId, cardId, bin = "", last4 = "", type, mcc, currency, from, to }: TransactionFilter,
  paging: Paging,
): Promise<Page<TransactionRow>> {
  let found = db
    .selectFrom("transactions")
    .leftJoin("card_vault", "card_vault.card_id", "transactions.card_id")
    .selectAll("transactions")
    .select("card_vault.mask");
  if (places !== null) found = found.where(sql<boolean>`false`);
  if (icas !== null) {
    found = found.where(
      sql<boolean>`exists (select 1 from cards where cards.card_id = transactions.card_id
        and cards.ica = any(${[...icas]}::text[]))`,
    );
  }
  if (transactionId !== undefined) found = found.where("transactions.transaction_id", "=", transactionId);
  if (cardId !== undefined) found = found.where("transactions.card_id", "=", cardId);
  if (bin !== "" || last4 !== "") found = found.where("card_vault.mask", "like", `${bin}%${last4}`);
  if (type !== undefined) found = found.where("transactions.type", "=", type);
  if (mcc !== undefined) found = found.where("transactions.mcc", "=", mcc);
  if (currency !== undefined) found = found.where("transactions.currency", "=", currency);
  if (from !== undefined) found = found.where("transactions.transaction_at", ">=", new Date(from));
  if (to !== undefined) found = found.where("transactions.transaction_at", "<", new Date(to));
  return await tablePage(db, found, "transactions.seq", paging);
}
