import { z } from "zod";

/** What the server's lists hold, as docs/terminals.md says it. Members that are not known here are passed over. */

const instant = z.iso.datetime();
const money = z.object({ amount: z.string(), currency: z.string() });
const heads = z.object({ max: z.int(), free: z.int(), paid: z.int(), fee: money.nullable() });
const bound = z.string().regex(/^\d{19}$/);

export const terms = z.object({
  ruleset: z.object({ id: z.string(), version: z.int() }),
  from: instant.nullable(),
  to: instant.nullable(),
  cost: z.enum(["FREE", "PAID"]),
  fee: money.nullable(),
  guests: z.object({ max: z.int(), adults: heads, children: heads, freeUnderAge: z.int().nullable() }),
  perCardAndDay: z.int().nullable(),
  perTerminalAndDay: z.int().nullable(),
});
export type Terms = z.infer<typeof terms>;

export const accountRangePayload = z.object({
  kind: z.literal("ACCOUNT_RANGES"),
  format: z.literal(1),
  /** Null: the terminal belongs to no place. */
  locationId: z.string().nullable(),
  terms: z.array(terms),
  ranges: z.array(z.tuple([bound, bound, z.array(z.int().min(0))])),
});

/** Says of one list that one terminal may decide by it, and for how long. */
export const validityPayload = z.object({
  kind: z.literal("ACCOUNT_RANGES"),
  format: z.literal(1),
  /** The version of the list: SHA-256 of its payload in base64url. */
  list: z.string(),
  terminal: z.string(),
  issuedAt: instant,
  validUntil: instant,
});
