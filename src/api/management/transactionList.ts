import { z } from "zod";
import { fromMinor, storedMoney } from "../../domain/money.ts";
import { isoOrNull } from "../../domain/time.ts";
import { listStoredTransactions } from "../../engine/referenceData/transactionList.ts";
import { listPage } from "./listPage.ts";
import { bin, filterText, last4, paging } from "./page.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { timeQuery } from "./times.ts";

export const transactionType = z.enum(["PURCHASE", "REFUND", "REVERSAL"]);

const transactionShape = z.object({
  id: z.string(),
  transactionId: z.string(),
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  type: transactionType,
  refersTo: z.string().nullable(),
  amount: storedMoney,
  mcc: z.string(),
  transactionAt: z.string(),
  postedAt: z.string().nullable(),
  receivedAt: z.string(),
});

export function listTransactions(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path: "/api/transactions",
    summary:
      "Card transactions, those that came last first; for whoever is limited to issuers those of their cards",
    tag: "Transactions",
    permission: "transactions:read",
    query: z.strictObject({
      ...paging,
      transactionId: filterText.optional(),
      cardId: filterText.optional(),
      bin: bin.optional(),
      last4: last4.optional(),
      type: transactionType.optional(),
      mcc: filterText.optional(),
      currency: filterText.optional(),
      from: timeQuery.optional(),
      to: timeQuery.optional(),
    }),
    load: async (filter, { cursor, limit }, { visibility }) =>
      await listStoredTransactions(kit.services, visibility, filter, { cursor, limit }),
    item: transactionShape,
    view: (row) => ({
      id: String(row.number),
      transactionId: row.transaction_id,
      cardId: row.card_id,
      maskedPan: row.mask,
      type: transactionType.parse(row.type),
      refersTo: row.refers_to,
      amount: fromMinor(BigInt(row.minor), row.currency),
      mcc: row.mcc,
      transactionAt: row.transaction_at.toISOString(),
      postedAt: isoOrNull(row.posted_at?.getTime() ?? null),
      receivedAt: row.received_at.toISOString(),
    }),
  });
}
