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

const place = z.int().min(0);
/** 32 bytes in base64url. */
const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const whitelistPayload = z.object({
  kind: z.literal("WHITELIST"),
  format: z.literal(1),
  locationId: z.string().nullable(),
  /** Names the place's secret; null: nobody is listed. */
  keyId: z.string().nullable(),
  secrets: z.object({ listKey: secret, locationSecret: secret }).nullable(),
  /** The preferred first. */
  terms: z.array(terms),
  groups: z.array(
    z.object({
      terms: z.array(place),
      from: instant.nullable(),
      to: instant.nullable(),
      /** 16 bytes each, ascending, one after the other, in base64url. */
      hashes: z
        .string()
        .regex(/^[A-Za-z0-9_-]+$/)
        .refine(({ length }) => length % 4 !== 1),
    }),
  ),
});

/** Says of one list that one terminal may decide by it, and for how long. */
export const validityPayload = z.object({
  kind: z.enum(["ACCOUNT_RANGES", "WHITELIST"]),
  format: z.literal(1),
  /** The version of the list: SHA-256 of its payload in base64url. */
  list: z.string(),
  terminal: z.string(),
  issuedAt: instant,
  validUntil: instant,
});
