import { z } from "zod";
import { namesOneCard, padBounds } from "../accountRange.ts";
import { countryCode, ica, mcc, productCode, service, trustTier, ulid } from "../codes.ts";
import { asNumber, count } from "../count.ts";
import { type Money, money } from "../money.ts";
import { timestamp } from "../timestamp.ts";
import { window } from "../window.ts";
import type { RulesetBody } from "./events.ts";

/**
 * A ruleset as an administrator writes it. Whatever is absent, null or empty sets no condition.
 * Every field of the rule form in the source document stands here.
 */

const DIGITS = /^\d{4,19}$/;
const digits = z.string().regex(DIGITS, "4 to 19 digits are wanted");

/** Bounds as they are typed: `low` is filled up with 0, `high` with 9, to 19 digits, both included. */
const bounds = z.strictObject({ low: digits, high: digits }).superRefine(({ low, high }, context) => {
  // Also called for bounds that were refused above.
  if (!DIGITS.test(low) || !DIGITS.test(high)) return;
  const range = padBounds(low, high);
  if (range.low > range.high) {
    context.addIssue({ code: "custom", path: ["high"], message: "high lies below low" });
  } else if (namesOneCard(range)) {
    context.addIssue({ code: "custom", message: "an account range is wanted, not the number of one card" });
  }
});

function listOf<Item extends z.ZodType>(item: Item, most = 10_000) {
  return z.array(item).max(most).nullable().default(null);
}

const criteria = z.strictObject({
  /** Countries of the issuer. */
  issuerCountries: listOf(countryCode),
  productCodes: listOf(productCode),
  /** ICAs, each whole or only some of its account ranges. */
  icas: listOf(z.strictObject({ ica, accountRanges: listOf(bounds) })),
  services: listOf(service),
  /** A location fits if its country or its id is listed. */
  locations: z
    .strictObject({ countries: listOf(countryCode), locationIds: listOf(ulid) })
    .nullable()
    .default(null),
  /** Only cards enrolled in the programme. */
  enrolledOnly: z.boolean().nullable().default(null),
  /** The least the terminal must have proven of itself. */
  minimumTrust: trustTier.nullable().default(null),
});

const units = count.nullable().default(0);
const fee = money.nullable().default(null);

const guestKind = z.strictObject({
  /** Heads in the window that enter free. */
  free: units,
  /** Heads in the window that enter for the fee. */
  paid: units,
  fee,
  /** Heads at one entry. */
  maxPerEntry: z.int().min(0).max(1_000).nullable().default(null),
});

export const rulesetInput = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    description: z.string().max(2_000).nullable().default(""),
    /** The lowest number wins. */
    priority: z.int().min(0).max(1_000_000).default(100),
    validFrom: timestamp.nullable().default(null),
    validTo: timestamp.nullable().default(null),
    criteria: criteria.nullable().default(null),
    /** The programme's budget: visits over all cards. */
    totalUsage: z
      .strictObject({ max: z.int().min(0).max(1_000_000_000), window: window.nullable().default(null) })
      .nullable()
      .default(null),
    cardholder: z
      .strictObject({
        window: window.nullable().default(null),
        /** Visits of one card to one location in the window. */
        perLocation: z.int().min(0).max(1_000_000).nullable().default(null),
        free: units,
        paid: units,
        fee,
      })
      .nullable()
      .default(null),
    guests: z
      .strictObject({
        adults: guestKind.nullable().default(null),
        children: guestKind.nullable().default(null),
        /** Children under this age enter free and are not counted. */
        freeUnderAge: z.int().min(1).max(18).nullable().default(null),
        /** One pool of free units for member and guests; it takes the place of their own `free`. */
        sharedPool: z.strictObject({ free: count }).nullable().default(null),
      })
      .nullable()
      .default(null),
    spend: z
      .strictObject({
        amount: money.shape.amount,
        currency: money.shape.currency,
        days: z.int().min(1).max(3_660),
        mccs: listOf(mcc, 1_000),
        graceDays: z.int().min(0).max(3_660).nullable().default(0),
      })
      .refine((spend) => money.safeParse({ amount: spend.amount, currency: spend.currency }).success, {
        path: ["amount"],
        error: "more digits after the point than the currency has",
      })
      .nullable()
      .default(null),
    /** A rule outside, asked where all else passes. */
    externalRule: z
      .strictObject({
        ruleId: z.string().min(1).max(200),
        onFailure: z.enum(["CLOSED", "OPEN"]).default("CLOSED"),
      })
      .nullable()
      .default(null),
    verification: z
      .strictObject({
        mode: z.enum(["NONE", "ASI", "ASI_THEN_AMOUNT"]).default("NONE"),
        /** What an acquirer that does not answer means. */
        onFailure: z.enum(["CLOSED", "OPEN"]).default("CLOSED"),
        /** The acquirer charges the fees, by the reference that it gives; absent or false: the terminal collects. */
        chargesFees: z.boolean().exactOptional(),
      })
      .nullable()
      .default(null),
    /** What a terminal may decide while its line is down; null: nothing. */
    offline: z
      .strictObject({
        /** Cards of the account ranges that this ruleset lets in. */
        accountRanges: z.boolean().default(false),
        /** Cards of the ruleset's own whitelist, and of the place's. */
        whitelist: z.boolean().default(false),
        /** Adults and children at one entry, at most, whatever the ruleset's guests allow. */
        maxGuests: z.int().min(0).max(1_000).default(0),
        /** Entries of one card at one terminal within 24 hours; null: any number. */
        perCardAndDay: z.int().min(1).max(1_000).nullable().default(1),
        /** Entries under this ruleset at one terminal within 24 hours; null: any number. */
        perTerminalAndDay: z.int().min(1).max(1_000_000).nullable().default(null),
      })
      .refine(({ accountRanges, whitelist }) => accountRanges || whitelist, {
        path: ["accountRanges"],
        error: "offline, a card is let in by its account range, by the whitelist, or by both",
      })
      .nullable()
      .default(null),
  })
  .superRefine((body, context) => {
    const problem = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: "custom", path, message });
    };
    if (body.validFrom !== null && body.validTo !== null && body.validFrom >= body.validTo) {
      problem(["validTo"], "validTo must lie after validFrom");
    }
    for (const { path, tier } of feeTiers(body)) {
      if (asNumber(tier.paid) > 0 && tier.fee === null) {
        problem([...path, "fee"], "a fee is wanted where paid is above 0");
      }
    }
    const currencies = new Set(fees(body).map((value) => value.currency));
    if (currencies.size > 1) problem(["cardholder", "fee"], "all fees of a ruleset share one currency");
  });

/** As it is typed in. */
export type RulesetInput = z.input<typeof rulesetInput>;

interface FeeTier {
  readonly path: readonly string[];
  readonly tier: { readonly paid: number | "UNLIMITED" | null; readonly fee: Money | null };
}

type Fees = Pick<RulesetBody, "cardholder" | "guests">;

function feeTiers(body: Fees): readonly FeeTier[] {
  const tiers = [
    { path: ["cardholder"], tier: body.cardholder },
    { path: ["guests", "adults"], tier: body.guests?.adults ?? null },
    { path: ["guests", "children"], tier: body.guests?.children ?? null },
  ];
  return tiers.flatMap(({ path, tier }) => (tier === null ? [] : [{ path, tier }]));
}

function fees(body: Fees): readonly Money[] {
  return feeTiers(body).flatMap(({ tier }) => (tier.fee === null ? [] : [tier.fee]));
}

/** What lint has to say of a ruleset that is well-formed but may not mean what its author thinks. */
export function rulesetWarnings(
  body: RulesetBody,
): readonly { readonly pointer: string; readonly message: string }[] {
  const warnings: { pointer: string; message: string }[] = [];
  if (body.guests?.sharedPool != null) {
    const own = [
      { pointer: "/cardholder/free", free: body.cardholder?.free ?? 0 },
      { pointer: "/guests/adults/free", free: body.guests.adults?.free ?? 0 },
      { pointer: "/guests/children/free", free: body.guests.children?.free ?? 0 },
    ];
    for (const { pointer, free } of own) {
      if (asNumber(free) > 0) {
        warnings.push({
          pointer,
          message: "has no effect: the shared pool is the free tier of member and guests",
        });
      }
    }
  }
  if (body.cardholder !== null && body.guests?.sharedPool == null) {
    if (asNumber(body.cardholder.free) === 0 && asNumber(body.cardholder.paid) === 0) {
      warnings.push({ pointer: "/cardholder", message: "no free and no paid visits: nobody is ever let in" });
    }
  }
  return warnings;
}
