import { z } from "zod";
import { isTimeZone } from "../../domain/calendar.ts";
import { entryFlag } from "../../domain/card/events.ts";
import { paymentStatus } from "../../domain/card/shapes.ts";
import { OPERATION_TYPES } from "../../domain/card/operationTypes.ts";
import { REVIEW_DECISIONS } from "../../domain/card/offline/events.ts";
import { OFFLINE_FLAGS } from "../../domain/card/offline/flags.ts";
import { entryMode, trustTier } from "../../domain/codes.ts";
import { cost } from "../../domain/ruleset/verdict.ts";
import { bin, filterText, last4, several, yesOrNo } from "./page.ts";
import { timeQuery } from "./times.ts";

const operationFlag = z.enum([...new Set([...entryFlag.options, ...OFFLINE_FLAGS, "OVERTAKEN" as const])]);

const text = several(filterText).optional();

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "an IANA time zone is wanted, for example Europe/Warsaw");

const numbers = (pattern: RegExp, what: string) =>
  several(z.string().regex(pattern, what).transform(Number)).optional();

/**
 * What operations are narrowed down by, in their list and wherever else it is asked for the same ones. What is a choice
 * may be given several times. Of a card number there is no more than its mask shows.
 */
export const operationFilter = {
  status: several(
    z.enum(["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REJECTED", "REVERSED"]),
  ).optional(),
  code: text,
  type: several(z.enum(OPERATION_TYPES)).optional(),
  cost: several(cost).optional(),
  paymentStatus: several(paymentStatus).optional(),
  currency: text,
  flag: several(operationFlag).optional(),
  review: several(z.enum(["WAITING", ...REVIEW_DECISIONS]))
    .optional()
    .describe(
      "Of what terminals decided by themselves: waiting for somebody to look at it, or what came of that.",
    ),
  entryMode: several(entryMode).optional(),
  trust: several(trustTier).optional(),
  terminal: text,
  locationId: text,
  merchantId: text,
  service: text,
  country: text,
  rulesetId: text,
  rulesetVersion: numbers(/^[1-9]\d{0,8}$/, "the number of a version is wanted"),
  ica: text,
  issuerCountry: text,
  productCode: text,
  cardId: filterText.optional(),
  requestId: filterText.optional(),
  bin: bin.optional(),
  last4: last4.optional(),
  guests: yesOrNo.optional().describe("With guests, or without any."),
  weekday: numbers(/^[1-7]$/, "1 for Monday to 7 for Sunday is wanted"),
  hour: numbers(/^(\d|1\d|2[0-3])$/, "0 to 23 is wanted"),
  tz: timeZone.optional(),
  from: timeQuery.optional(),
  to: timeQuery.optional(),
};
