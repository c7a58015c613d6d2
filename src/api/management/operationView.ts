import { z } from "zod";
import { meaningOf } from "../../domain/responseCodes.ts";
import { storedMoney } from "../../domain/money.ts";
import { evidence } from "../../domain/card/events.ts";
import { guestCounts } from "../../domain/card/shapes.ts";
import { OPERATION_TYPES } from "../../domain/card/operationTypes.ts";
import { offlineEntryReported, offlineMode, reviewDecision } from "../../domain/card/offline/events.ts";
import { storedRuleset } from "../../domain/ruleset/events.ts";
import { rulesetRef, type TraceStep, traceStep } from "../../domain/ruleset/verdict.ts";
import { CRITERIA, type NearMiss, nearMisses } from "../../domain/ruleset/evaluate/nearMisses.ts";
import { type Instant, instant } from "../../domain/time.ts";
import type { Principal, Visibility } from "../../domain/user/access.ts";
import { actionsOf, operationActions } from "./operationActions.ts";
import type { Operation } from "../../projections/index.ts";
import type { Answer } from "../http/answer.ts";
import { decisionOf } from "../../engine/management/decisionOf.ts";
import type { Services } from "../../engine/services.ts";
import { scopeRevision } from "../../engine/gate/heads.ts";
import { actorNames, actorShape, type NameActor } from "./actors.ts";
import { visibleRuleset } from "./rulesetScope.ts";

/** An operation as it is answered. */

const heads = z.object({ free: z.int(), paid: z.int() });
const taken = {
  at: z.string(),
  by: actorShape,
  reason: z.string().nullable(),
};

export const operationShape = z.object({
  accessId: z.string(),
  requestId: z.string().nullable(),
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  terminal: z.string(),
  merchantId: z.string().nullable(),
  locationId: z.string().nullable(),
  locationName: z.string().nullable(),
  country: z.string().nullable(),
  service: z.string().nullable(),
  type: z.enum(OPERATION_TYPES),
  status: z.enum(["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REJECTED", "REVERSED"]),
  code: z.string().nullable(),
  at: z.string(),
  expiresAt: z.string().nullable(),
  confirmedAt: z.string().nullable(),
  lastChangeAt: z.string(),
  entryMode: z.string().nullable(),
  ica: z.string().nullable(),
  issuerName: z.string().nullable(),
  productCode: z.string().nullable(),
  issuerCountry: z.string().nullable(),
  ruleset: rulesetRef.nullable(),
  /** The cardholder's own tier, as granted. */
  cost: z.enum(["FREE", "PAID"]).nullable(),
  /** Of the guests, as confirmed and corrected since. */
  allocation: z.object({ adults: heads, children: heads, freeChildren: z.int() }).nullable(),
  charged: storedMoney.nullable(),
  paymentStatus: z.string(),
  cardAuthResponseCode: z.string().nullable(),
  flags: z.array(z.string()),
  cancelReason: z.string().nullable(),
  reversal: z.object({ ...taken, refund: storedMoney.nullable() }).nullable(),
  corrections: z.array(z.object({ ...taken, refund: storedMoney.nullable(), removed: guestCounts })),
  offline: z
    .object({
      number: z.int().describe("The terminal's own running number of the report."),
      mode: offlineMode,
      occurredAt: z.string(),
      uncertaintySeconds: z.int().describe("How far the terminal's clock may have been off then."),
      reportedAt: z.string().describe("When the report was received."),
      listVersion: z.string().nullable(),
      refusal: z.string().nullable().describe("Why the terminal refused, in its own word."),
      grant: z.string().nullable().describe("The grant that the terminal says it confirms."),
      circumstances: offlineEntryReported.shape.data.shape.circumstances.describe(
        "What the server knew of terminal, list and card at that time.",
      ),
      terminals: z.array(z.string()).describe("The terminals that sent the report."),
      overtakes: z
        .array(z.string())
        .describe("Online entries, by access id, that would not have been let in as they were."),
      review: z
        .object({ ...taken, decision: reviewDecision, flags: z.array(z.string()) })
        .nullable()
        .describe("Who looked at it last, and what was amiss then."),
      waits: z.boolean().describe("Something is amiss that nobody has looked at."),
    })
    .nullable()
    .describe("What the terminal told of it; null for what was decided online."),
  overtakenBy: z
    .array(z.string())
    .describe(
      "Offline entries, by access id, that were reported later and had used up what this one was let in by.",
    ),
  stream: z.string(),
  decidedRevision: z.int(),
  revision: z.int(),
});

/** A card's spend as a decision saw it. */
const spend = z.looseObject({
  sum: storedMoney,
  from: z.string(),
  to: z.string(),
  watermark: z.string(),
  receivedAt: z.string().nullable(),
  count: z.int(),
  transactions: z.array(
    z.looseObject({
      id: z.string(),
      at: z.string(),
      net: z.looseObject({ amount: z.string(), currency: z.string() }),
    }),
  ),
});

export const detailsShape = operationShape.extend({
  cardAuthResponseMeaning: z
    .string()
    .nullable()
    .describe(
      "What the acquirer's response code means (ISO 8583); null for none, and for one that is not known.",
    ),
  collectedBy: z
    .literal("ACQUIRER")
    .nullable()
    .describe(
      "`ACQUIRER` where the acquirer charges what is due, and `/api/payments` says what became of it.",
    ),
  /** The version that decided; its body for those who may read rulesets. */
  ruleset: rulesetRef.extend({ body: storedRuleset.nullable() }).nullable(),
  /** Each condition that was looked at, in order. */
  trace: z.array(traceStep),
  evidence: evidence.nullable(),
  /** The card's transactions that were counted for a spend condition, the newest first. */
  transactions: z.array(spend.shape.transactions.element),
  actions: operationActions,
  /** Where no ruleset applied: which were in force, and what of them did not fit; for those who may read all rulesets. */
  nearMisses: z.array(
    z.object({
      ruleset: rulesetRef,
      criterion: z.enum(CRITERIA),
      wanted: z.array(z.string()),
      had: z.string().nullable(),
    }),
  ),
});

interface Reader {
  readonly principal: Pick<Principal, "role">;
  /** Business time. */
  readonly now: Instant;
  readonly seesRules: boolean;
  readonly visibility: Visibility;
}

/** With who took it back, or guests of it. */
export async function operationView(
  operation: Operation,
  nameOf: NameActor,
): Promise<Answer<typeof operationShape>> {
  const { reversal, corrections, offline } = operation;
  const review = offline?.review ?? null;
  const reviewer = review === null ? null : await nameOf(review.by);
  const [reversed, corrected] = await Promise.all([
    reversal === null ? null : nameOf(reversal.by),
    Promise.all(corrections.map(async (one) => ({ ...one, by: await nameOf(one.by) }))),
  ]);
  return {
    ...operation,
    reversal: reversal === null || reversed === null ? null : { ...reversal, by: reversed },
    corrections: corrected,
    offline:
      offline === null
        ? null
        : { ...offline, review: review === null || reviewer === null ? null : { ...review, by: reviewer } },
  };
}

export async function operationDetails(
  services: Services,
  operation: Operation,
  reader: Reader,
): Promise<Answer<typeof detailsShape>> {
  const decision = await decisionOf(services, operation);
  const { trace, evidence } = reader.visibility.places === null ? decision : ofOnePlace(decision);
  const { collectedBy } = decision;
  return {
    ...(await operationView(operation, actorNames(services, reader.visibility))),
    cardAuthResponseMeaning:
      operation.cardAuthResponseCode === null ? null : meaningOf(operation.cardAuthResponseCode),
    collectedBy,
    ruleset: await rulesetOf(services, operation, reader),
    trace,
    evidence,
    transactions: transactionsIn(trace),
    actions: actionsOf(operation, reader.principal, reader.now),
    nearMisses: await missesOf(services, operation, reader),
  };
}

const MOST_MISSES = 10;

async function missesOf(
  services: Services,
  { code, at, locationId, country, service, ica, issuerCountry, productCode }: Operation,
  { seesRules, visibility }: Reader,
): Promise<readonly NearMiss[]> {
  const seesAll = seesRules && visibility.places === null && visibility.icas === null;
  if (code !== "MISSING_ACCESS_RULES" || !seesAll) return [];
  if (locationId === null || country === null || service === null) return [];
  const isKnown = ica !== null && issuerCountry !== null && productCode !== null;
  const issuer = isKnown ? { ica, country: issuerCountry, productCode } : null;
  const { portfolio } = await services.rulesets.at(await scopeRevision(services.db, "rulesets"));
  const location = { id: locationId, country, service };
  return nearMisses(portfolio, { at: instant(at), issuer, location }, MOST_MISSES);
}

/** What these conditions look at happened here, or is of the device or the card as such. */
const SEEN_HERE: ReadonlySet<string> = new Set([
  ...["terminalHasLocation", "someRulesetApplies", "cardNotExpired", "cardNotFrozen", "cooldownOver"],
  "cardNotReplaced",
  ...["cardEnrolled", "terminalTrusted", "locationVisitsLeft", "cardVerified"],
]);

/** For those who are limited to places: which condition held, and nothing of the cardholder's spend or of visits elsewhere. */
function ofOnePlace({ trace }: { readonly trace: readonly TraceStep[] }) {
  return {
    trace: trace.map((step) =>
      SEEN_HERE.has(step.condition) ? step : { ...step, seen: null, required: null },
    ),
    evidence: null,
  };
}

async function rulesetOf(services: Services, { ruleset }: Operation, { seesRules, visibility }: Reader) {
  if (ruleset === null) return null;
  const life = seesRules ? await visibleRuleset(services, visibility, ruleset.id) : null;
  const body = life?.versions.find((one) => one.version === ruleset.version)?.body ?? null;
  return { ...ruleset, body };
}

/** Rulesets with spend conditions may have counted the same transaction: it is listed once. */
function transactionsIn(
  trace: readonly TraceStep[],
): readonly z.infer<typeof spend>["transactions"][number][] {
  const listed = new Map<string, z.infer<typeof spend>["transactions"][number]>();
  for (const { condition, seen } of trace) {
    const counted =
      condition === "spendReached"
        ? z.looseObject({ transactions: spend.shape.transactions }).safeParse(seen)
        : null;
    for (const one of counted?.success === true ? counted.data.transactions : []) {
      if (!listed.has(one.id)) listed.set(one.id, one);
    }
  }
  return [...listed.values()];
}
