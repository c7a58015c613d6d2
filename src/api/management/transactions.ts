import { z } from "zod";
import { type FieldError, fieldErrors } from "../http/problems.ts";
import { nothingStored, taken, takeTransactions } from "./imports/takeTransactions.ts";
import { importTransactions } from "./imports/transactionImport.ts";
import { transaction, type Transaction } from "./imports/transactionLine.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { listTransactions } from "./transactionList.ts";

const tag = "Transactions";
const path = "/api/transactions";
const MOST_AT_ONCE = 1_000;
const MOST_ERRORS = 100;

const answers = { 200: taken };

export function transactionRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [postTransactions(kit), importTransactions(kit), listTransactions(kit)];
}

function postTransactions({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Card transactions, all or none; the same again is ignored",
    refusals: ["TRANSACTION_DIFFERS"],
    documentedBody: z.strictObject({ transactions: z.array(transaction).max(MOST_AT_ONCE) }),
    tag,
    permission: "transactions:write",
    // Each is looked at by itself below, so that what is wrong is said of the transaction.
    body: z.strictObject({ transactions: z.array(transaction.or(z.unknown())).max(MOST_AT_ONCE) }),
    maxBytes: 1_048_576,
    answers,
    handle: async ({ body, visibility }) => {
      const errors: FieldError[] = [];
      const items: Transaction[] = [];
      body.transactions.forEach((one, index) => {
        const parsed = transaction.safeParse(one);
        if (parsed.success) items.push(parsed.data);
        else errors.push({ pointer: pointerOf(index), message: said(fieldErrors(parsed.error)) });
      });
      if (errors.length > 0) return nothingStored(errors.slice(0, MOST_ERRORS));
      return await takeTransactions({ services, deps }, visibility, items, pointerOf);
    },
  });
}

function pointerOf(index: number): string {
  return `/transactions/${String(index)}`;
}

function said(errors: readonly FieldError[]): string {
  return errors
    .map(({ pointer, message }) => `${pointer === "" ? "it" : pointer.slice(1)}: ${message}`)
    .join("; ");
}
