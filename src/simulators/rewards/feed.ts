import { z } from "zod";

/** What a simulated reward system is fed, in the contract's words. */

const time = z.iso.datetime({ offset: true });
const text = z.string().regex(/^[\x21-\x7e]{1,100}$/);
export const aref = z.string().regex(/^[\x21-\x7e]{1,64}$/);
export const ica = z.string().regex(/^\d{1,11}$/);
export const productCode = z.string().regex(/^[A-Z0-9]{3}$/);

const card = z.strictObject({ aref, ica, productCode, since: time });
const transaction = z.strictObject({
  ...{ id: text, aref, kind: z.enum(["PURCHASE", "REFUND", "REVERSAL"]) },
  refersTo: text.nullable().default(null),
  mcc: z.string().regex(/^\d{4}$/),
  amountMinor: z.int().min(0),
  currency: z.string().regex(/^[A-Z]{3}$/),
  transactionTime: time,
  postedTime: time.nullable().default(null),
});

/** Cards take the place of those of the same AREF; transactions come after those that are there, the same ones again too. */
export const rewardsFeed = z.strictObject({
  cards: z.array(card).default([]),
  /** Cards that are enrolled there no longer. */
  gone: z.array(aref).default([]),
  transactions: z.array(transaction).default([]),
});
export type RewardsFeed = z.output<typeof rewardsFeed>;

export interface Generating {
  readonly seed: number;
  readonly cards: number;
  readonly transactions: number;
}
