import { z } from "zod";
import { PAYMENT_STATES, refundedMinor } from "../../domain/card/charge/charge.ts";
import { paymentResolution } from "../../domain/card/charge/events.ts";
import { fromMinor, storedMoney } from "../../domain/money.ts";
import { meaningOf } from "../../domain/responseCodes.ts";
import { MAY, type Principal } from "../../domain/user/access.ts";
import { inquirePayment, resolvePayment } from "../../engine/payments/acts.ts";
import type { Payment } from "../../projections/index.ts";
import { type Answer, reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { accessId as accessIdSchema } from "../pos/schemas.ts";
import { actorNames, actorShape, type NameActor } from "./actors.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging, several, yesOrNo } from "./page.ts";
import { positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { timeQuery } from "./times.ts";

/** Fees that the acquirer charges: where each stands, what was asked and answered, and what people say became of it. */

const tag = "Payments";
const path = "/api/payments";
const params = z.strictObject({ id: accessIdSchema.describe("The access id of the entry.") });

const listQuery = z.strictObject({
  ...paging,
  state: several(z.enum(PAYMENT_STATES)).optional(),
  toReconcile: yesOrNo
    .optional()
    .describe("Those that are open, or wait for a person; or those that are not."),
  locationId: several(filterText).optional(),
  merchantId: several(filterText).optional(),
  from: timeQuery.optional().describe("Requested at or after."),
  to: timeQuery.optional().describe("Requested before."),
});

const paymentShape = z.object({
  id: z.string().describe("The access id of the entry."),
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  terminal: z.string(),
  merchantId: z.string().nullable(),
  locationId: z.string().nullable(),
  locationName: z.string().nullable(),
  state: z
    .enum(PAYMENT_STATES)
    .describe(
      "`PENDING`: to be charged; `UNKNOWN`: it was asked for, and its answer was lost; `VOIDED`: never charged; `REFUND_FAILED`: the acquirer refused to give it back.",
    ),
  isOpen: z.boolean().describe("The acquirer is asked until it says what became of it."),
  waitsForPerson: z.boolean().describe("Only a person can say what became of it."),
  amount: storedMoney.describe("What is charged."),
  refunded: storedMoney.describe("What of it was given back."),
  requestedAt: z.string(),
  changedAt: z.string(),
  nextAt: z.string().nullable().describe("When it is asked next; null where it is not."),
  tries: z.int().describe("How often it was tried since something was learned."),
  problem: z.string().nullable().describe("Why the last try came to nothing."),
});

const detailsShape = paymentShape.extend({
  steps: z
    .array(
      z.object({
        at: z.string(),
        what: z.string().describe("The event's type."),
        key: z.string().describe("What the acquirer knows the charge, or the refund, by."),
        amount: storedMoney.nullable(),
        outcome: z.string().nullable(),
        responseCode: z.string().nullable().describe("ISO 8583, field 39."),
        responseMeaning: z.string().nullable(),
        why: z.string().nullable().describe("Why there was no answer; or a person's reason."),
        by: actorShape.nullable(),
      }),
    )
    .describe("What the log says of it, in its order."),
  asked: z
    .array(
      z.object({
        at: z.string(),
        asked: z.enum(["CHARGE", "CHARGE_INQUIRY", "CHARGE_VOID", "REFUND", "REFUND_INQUIRY"]),
        answer: z.enum(["APPROVED", "DECLINED", "VOIDED", "NOT_FOUND", "NOT_DONE", "UNKNOWN"]),
        responseCode: z.string().nullable(),
        responseMeaning: z.string().nullable(),
        why: z.string().nullable(),
      }),
    )
    .describe("The last questions to the acquirer, and what it said."),
  actions: z.object({
    resolve: z.array(paymentResolution).describe("What may be said of it now, by whoever asks."),
    inquire: z.boolean(),
  }),
  revision: z.int(),
});

const resolutionBody = z.strictObject({
  outcome: paymentResolution.describe(
    "Of a charge: `PAID`, `NOT_PAID`, or `REFUNDED` where it was given back elsewhere. Of a refund: `REFUNDED`, or `PAID` where it was not given back.",
  ),
  reason: z.string().trim().min(1).max(500),
});

export function paymentRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [list(kit), show(kit), resolve(kit), inquire(kit)];
}

function list(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Fees that the acquirer charges, the newest first",
    tag,
    permission: "payments:read",
    query: listQuery,
    load: async (filter, { cursor, limit }, { visibility }) =>
      await kit.deps.projections.payments.list(filter, visibility, { cursor, limit }),
    item: paymentShape,
    view: (one) => paymentView(one),
  });
}

function show(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A payment with what was asked, answered and decided",
    tag,
    permission: "payments:read",
    params,
    answers: { 200: detailsShape },
    handle: async ({ params: { id }, visibility, principal }) => {
      const payment = await kit.deps.projections.payments.get(id, visibility);
      if (payment === null) return problem("NOT_FOUND");
      return reply(200, await detailsOf(payment, principal, actorNames(kit.services, visibility)));
    },
  });
}

function resolve({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/resolution`,
    summary: "Say what became of a payment that is open, or of a refund that was refused",
    refusals: ["NOTHING_TO_RESOLVE"],
    tag,
    permission: "payments:resolve",
    params,
    body: resolutionBody,
    answers: { 200: z.object({ id: z.string() }) },
    handle: async ({ params: { id }, body, write, visibility }) => {
      const of = { accessId: id, visibility };
      const done = await resolvePayment(services, deps.projections, write, of, body);
      return done.kind === "problem" ? done : reply(200, { id }, positionHeader(done.position));
    },
  });
}

function inquire({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{id}/inquiry`,
    summary: "Ask the acquirer now what became of a payment, also where it was given up",
    refusals: ["NEEDS_ADAPTER"],
    tag,
    permission: "payments:resolve",
    params,
    body: z.strictObject({}),
    answers: { 200: z.object({ id: z.string() }) },
    handle: async ({ params: { id }, visibility }) => {
      const done = await inquirePayment(services, deps.projections, { accessId: id, visibility });
      return done.kind === "problem" ? done : reply(200, { id });
    },
  });
}

function paymentView({ accessId: id, charge, ...payment }: Payment): Answer<typeof paymentShape> {
  const { cardId, maskedPan, terminal, merchantId, locationId, locationName } = payment;
  const { state, isOpen, waitsForPerson, requestedAt, changedAt, nextAt, tries, problem: why } = payment;
  const { amount } = charge;
  return {
    ...{ id, cardId, maskedPan, terminal, merchantId, locationId, locationName },
    ...{ state, isOpen, waitsForPerson, amount, requestedAt, changedAt, nextAt, tries, problem: why },
    refunded: fromMinor(refundedMinor(charge), amount.currency),
  };
}

async function detailsOf(
  payment: Payment,
  { role }: Pick<Principal, "role">,
  nameOf: NameActor,
): Promise<Answer<typeof detailsShape>> {
  const meaning = (code: string | null): string | null => (code === null ? null : meaningOf(code));
  const may = MAY[role].has("payments:resolve");
  const isToResolve = payment.isOpen || payment.waitsForPerson;
  const ofCharge = payment.charge.state === "REQUESTED" || payment.charge.state === "UNKNOWN";
  const outcomes = ofCharge ? (["PAID", "NOT_PAID", "REFUNDED"] as const) : (["REFUNDED", "PAID"] as const);
  return {
    ...paymentView(payment),
    steps: await Promise.all(
      payment.steps.map(async ({ by, ...step }) => ({
        ...step,
        responseMeaning: meaning(step.responseCode),
        by: by === null ? null : await nameOf(by),
      })),
    ),
    asked: payment.asked.map((line) => ({ ...line, responseMeaning: meaning(line.responseCode) })),
    actions: { resolve: may && isToResolve ? outcomes : [], inquire: may && isToResolve },
    revision: payment.revision,
  };
}
