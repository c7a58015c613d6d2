import { z } from "zod";
import { countryCode, ica, mcc, productCode, service, trustTier, ulid } from "../codes.ts";
import { money } from "../money.ts";
import { timestamp } from "../timestamp.ts";
import { rulesetInput } from "./input.ts";

/** What is asked about rules that are tried out. */

const heads = z.strictObject({
  free: z.int().min(0).max(1_000).default(0),
  paid: z.int().min(0).max(1_000).default(0),
});
const nobody = { free: 0, paid: 0 };
const people = z.int().min(0).max(1_000).default(0);

/** A card of no number: what is asked with is what its account range says, or where its number begins. */
const card = z.strictObject({
  /** Filled up with 0; says the issuer where that is not given, and whether it lies in a ruleset's account ranges. */
  numberStart: z
    .string()
    .regex(/^\d{4,11}$/, "the first 4 to 11 digits are wanted, not a card's number")
    .nullable()
    .default(null),
  issuer: z.strictObject({ ica, country: countryCode, productCode }).nullable().default(null),
  enrolled: z.boolean().default(false),
  frozen: z.boolean().default(false),
  visits: z
    .array(
      z.strictObject({
        /** Null: the one that is tried out. */
        rulesetId: ulid.nullable().default(null),
        /** Null: the place of the example. */
        locationId: ulid.nullable().default(null),
        at: timestamp,
        paid: z.boolean().default(false),
        adults: heads.default(nobody),
        children: heads.default(nobody),
      }),
    )
    .max(1_000)
    .default([]),
  purchases: z
    .array(z.strictObject({ amount: money, mcc: mcc.nullable().default(null), at: timestamp }))
    .max(1_000)
    .default([]),
});

export const simulationInput = z.strictObject({
  /** Tried out in the place of the version in force; null: only what is published decides. */
  ruleset: rulesetInput.nullable().default(null),
  /** The one that it becomes a version of; null for a new one. */
  rulesetId: ulid.nullable().default(null),
  /** Null: now. */
  at: timestamp.nullable().default(null),
  /** One that is there; null: the one of `place`. */
  locationId: ulid.nullable().default(null),
  /** A place that is only thought up. */
  place: z
    .strictObject({
      country: countryCode,
      service,
      cooldownMinutes: z.int().min(0).max(1_000_000).nullable().default(null),
    })
    .nullable()
    .default(null),
  terminalTrust: trustTier.default("KEY"),
  card,
  /** Who comes along. */
  guests: z
    .strictObject({ adults: people, children: people, freeChildren: people })
    .default({ adults: 0, children: 0, freeChildren: 0 }),
  /** What every external rule would answer. */
  externalRule: z.enum(["MET", "NOT_MET", "UNAVAILABLE"]).default("MET"),
  /** What the acquirer would answer. */
  verification: z.enum(["PASSED", "FAILED", "INSUFFICIENT_FUNDS", "UNAVAILABLE"]).default("PASSED"),
});
export type SimulationInput = z.output<typeof simulationInput>;
