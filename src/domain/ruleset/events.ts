import { z } from "zod";
import { actorRef } from "../actor.ts";
import { trustTier } from "../codes.ts";
import { storedCount } from "../count.ts";
import { storedMoney } from "../money.ts";
import { storedWindow } from "../window.ts";

/**
 * A ruleset's life, in the stream `ruleset-<id>`: drafts, published versions, retirement. A body is as it was when it was
 * written, whatever `input.ts` asks for today; members of a newer release are kept, because a publication copies the draft.
 */

const lists = {
  strings: z.array(z.string()).nullable(),
  ranges: z.array(z.looseObject({ low: z.string(), high: z.string() })).nullable(),
};
const outage = z.enum(["CLOSED", "OPEN"]);
const fee = storedMoney.nullable();
const units = storedCount.nullable();

const storedGuestKind = z.looseObject({ free: units, paid: units, fee, maxPerEntry: z.number().nullable() });
export type GuestKind = z.infer<typeof storedGuestKind>;

export const storedRuleset = z.looseObject({
  name: z.string(),
  description: z.string().nullable(),
  priority: z.number(),
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  criteria: z
    .looseObject({
      issuerCountries: lists.strings,
      productCodes: lists.strings,
      icas: z.array(z.looseObject({ ica: z.string(), accountRanges: lists.ranges })).nullable(),
      services: lists.strings,
      locations: z.looseObject({ countries: lists.strings, locationIds: lists.strings }).nullable(),
      enrolledOnly: z.boolean().nullable(),
      minimumTrust: trustTier.nullable(),
    })
    .nullable(),
  totalUsage: z.looseObject({ max: z.number(), window: storedWindow.nullable() }).nullable(),
  cardholder: z
    .looseObject({
      window: storedWindow.nullable(),
      perLocation: z.number().nullable(),
      free: units,
      paid: units,
      fee,
    })
    .nullable(),
  guests: z
    .looseObject({
      adults: storedGuestKind.nullable(),
      children: storedGuestKind.nullable(),
      freeUnderAge: z.number().nullable(),
      sharedPool: z.looseObject({ free: storedCount }).nullable(),
    })
    .nullable(),
  spend: z
    .looseObject({
      amount: z.string(),
      currency: z.string(),
      days: z.number(),
      mccs: lists.strings,
      graceDays: z.number().nullable(),
    })
    .nullable(),
  externalRule: z.looseObject({ ruleId: z.string(), onFailure: outage }).nullable(),
  verification: z
    .looseObject({
      mode: z.enum(["NONE", "ASI", "ASI_THEN_AMOUNT"]),
      onFailure: outage,
      chargesFees: z.boolean().exactOptional(),
    })
    .nullable(),
  /** Absent in what was written before terminals decided anything by themselves: nothing, as null says it. */
  offline: z
    .looseObject({
      accountRanges: z.boolean(),
      whitelist: z.boolean(),
      maxGuests: z.number(),
      perCardAndDay: z.number().nullable(),
      perTerminalAndDay: z.number().nullable(),
    })
    .nullish(),
});
export type RulesetBody = z.infer<typeof storedRuleset>;
export type OfflineTerms = NonNullable<RulesetBody["offline"]>;
export type SpendCondition = NonNullable<RulesetBody["spend"]>;

export const rulesetCreated = z.object({
  type: z.literal("RulesetCreated"),
  data: z.object({ rulesetId: z.string(), at: z.string(), by: actorRef, body: storedRuleset }),
});
export const rulesetDrafted = z.object({
  type: z.literal("RulesetDrafted"),
  data: z.object({ at: z.string(), by: actorRef, body: storedRuleset }),
});
export const rulesetPublished = z.object({
  type: z.literal("RulesetPublished"),
  data: z.object({
    at: z.string(),
    by: actorRef,
    version: z.int(),
    /** In force from here on. */
    effectiveAt: z.string(),
    body: storedRuleset,
  }),
});
/** A version that was to come into force later does not; its body is the draft again where there is none. */
export const rulesetUnscheduled = z.object({
  type: z.literal("RulesetUnscheduled"),
  data: z.object({ at: z.string(), by: actorRef, version: z.int() }),
});
export const rulesetRetired = z.object({
  type: z.literal("RulesetRetired"),
  data: z.object({ at: z.string(), by: actorRef }),
});
export const rulesetDeleted = z.object({
  type: z.literal("RulesetDeleted"),
  data: z.object({ at: z.string(), by: actorRef }),
});
export const rulesetEvent = z.discriminatedUnion("type", [
  rulesetCreated,
  rulesetDrafted,
  rulesetPublished,
  rulesetUnscheduled,
  rulesetRetired,
  rulesetDeleted,
]);
export type RulesetEvent = z.infer<typeof rulesetEvent>;

export function rulesetStream(id: string): string {
  return `ruleset-${id}`;
}
