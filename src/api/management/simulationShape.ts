import { z } from "zod";
import { allocation } from "../../domain/card/shapes.ts";
import { rejectionCode } from "../../domain/codes.ts";
import { storedMoney } from "../../domain/money.ts";
import { CRITERIA } from "../../domain/ruleset/evaluate/nearMisses.ts";
import { availability, cost, guestEntitlement, rulesetRef, traceStep } from "../../domain/ruleset/verdict.ts";

/** What is answered about rules that are tried out. */

export const simulationShape = z.object({
  at: z.string(),
  decision: z.enum(["GRANTED", "REJECTED"]),
  /** The one that decided; with a rejection the one that got furthest; null for none. */
  ruleset: rulesetRef.nullable(),
  /** How the one that is tried out is named in `trace`; null where nothing is. */
  tried: rulesetRef.nullable(),
  issuer: z.object({ ica: z.string(), country: z.string(), productCode: z.string() }).nullable(),
  granted: z
    .object({
      cost,
      fee: storedMoney.nullable(),
      available: availability,
      guests: guestEntitlement,
      /** Null where these guests can't come along. */
      allocation: allocation.nullable(),
      fees: z.array(
        z.object({ for: z.enum(["CARDHOLDER", "ADULT", "CHILD"]), count: z.int(), fee: storedMoney }),
      ),
      total: storedMoney.nullable(),
      guestProblems: z.array(z.object({ pointer: z.string(), message: z.string() })),
    })
    .nullable(),
  rejected: z
    .object({ code: rejectionCode, retryable: z.boolean(), nextFreeAt: z.string().nullable() })
    .nullable(),
  trace: z.array(traceStep),
  /** Those that `trace` names. */
  rulesets: z.array(rulesetRef),
  nearMisses: z.array(
    z.object({
      ruleset: rulesetRef,
      criterion: z.enum(CRITERIA),
      wanted: z.array(z.string()),
      had: z.string().nullable(),
    }),
  ),
});
