import { z } from "zod";
import { storedMoney } from "../money.ts";
import { cost } from "../ruleset/verdict.ts";

/** Parts that several events of a card have in common. They are storage, as the events are. */

export const issuerFacts = z.object({
  ica: z.string(),
  issuerName: z.string(),
  country: z.string(),
  productCode: z.string(),
  productName: z.string().nullable(),
});

export const locationFacts = z.object({
  id: z.string(),
  name: z.string(),
  country: z.string(),
  service: z.string(),
  cooldownMinutes: z.number().nullable(),
  merchantId: z.string().nullable(),
});
export type AttemptLocation = z.infer<typeof locationFacts>;

/** What a terminal's screen was told by; absent in an event: as the product comes, the time in UTC. */
export const screenFacts = z.object({
  /** The revision of the stream of texts. */
  texts: z.int(),
  /** What clocks at the place show at `nextFreeAt` less UTC, in minutes; null where there is no such time, or no zone. */
  utcOffset: z.number().nullable(),
});
export type ScreenFacts = z.infer<typeof screenFacts>;

const heads = z.object({ free: z.number(), paid: z.number() });

export const allocation = z.object({
  cardholder: cost,
  adults: heads,
  children: heads,
  freeChildren: z.number(),
});
export type Allocation = z.infer<typeof allocation>;

export const guestCounts = z.object({
  adults: z.number(),
  children: z.number(),
  freeChildren: z.number(),
});
export type GuestCounts = z.infer<typeof guestCounts>;

export const paymentStatus = z.enum([
  "NONE",
  "PENDING",
  "PAID",
  "FAILED",
  "UNKNOWN",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
]);
export type PaymentStatus = z.infer<typeof paymentStatus>;

export const payment = z.object({
  collectedBy: z.literal("TERMINAL"),
  reference: z.string().nullable(),
  amount: storedMoney,
});
export type Payment = z.infer<typeof payment>;
