import { z } from "zod";
import { storedMoney } from "../../domain/money.ts";
import { SPEND_OUTCOMES } from "../../domain/ruleset/evaluate/spendLines.ts";
import { currentOperation } from "../../engine/management/currentOperation.ts";
import { decisionOf } from "../../engine/management/decisionOf.ts";
import { spendEvidence } from "../../engine/referenceData/spendEvidence.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { accessId as accessIdSchema } from "../pos/schemas.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { transactionType } from "./transactionList.ts";

/** So many lines are answered; of more the newest. */
const MOST_LINES = 500;

const spendShape = z.object({
  rulesets: z.array(
    z.object({
      rulesetId: z.string(),
      pass: z.boolean(),
      required: z.object({
        amount: storedMoney,
        days: z.number().describe("The length of the window."),
        mccs: z.array(z.string()).nullable().describe("Categories that count; null for all."),
        graceDays: z.number().describe("Met at some instant of so many days before is met."),
      }),
      sum: storedMoney.describe("As it was decided."),
      sumNow: storedMoney.describe(
        "What the same transactions come to by what is stored now: another sum where rates were brought since, or the card was erased.",
      ),
      metAt: z.string().nullable().describe("When it was met, where that was in the days of grace."),
      from: z.string(),
      to: z.string(),
      lines: z
        .array(
          z.object({
            id: z.string(),
            at: z.string(),
            mcc: z.string(),
            outcome: z.enum(SPEND_OUTCOMES).describe("Whether the line is in the sum, or why it is not."),
            net: storedMoney.describe("What was bought less what was given back."),
            counted: storedMoney.nullable().describe("In the condition's currency; null: not counted."),
            rate: z
              .string()
              .nullable()
              .describe("The rate and where it comes from; null: none was needed, or none is known."),
            parts: z.array(
              z.object({ id: z.string(), type: transactionType, at: z.string(), amount: storedMoney }),
            ),
          }),
        )
        .describe("Each transaction that was read, with what was given back of it, the newest first."),
      left: z.int().describe("Lines that are older than the last one here."),
    }),
  ),
});

export function showSpend({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/operations/{accessId}/transactions",
    summary:
      "Which of the card's transactions a decision counted, which not and why; for whoever is limited to places none",
    tag: "Operations",
    permission: "transactions:read",
    params: z.strictObject({ accessId: accessIdSchema }),
    answers: { 200: spendShape },
    handle: async ({ params, visibility, write }) => {
      const operation = await currentOperation(services, deps, params.accessId, visibility, write.now);
      if (operation === null) return problem("NOT_FOUND");
      // What cards spend is no business of the places that they come to.
      if (visibility.places !== null) return reply(200, { rulesets: [] });
      const { trace } = await decisionOf(services, operation);
      const found = await spendEvidence(services, { cardId: operation.cardId, trace });
      return reply(200, {
        rulesets: found.map(({ seen, lines, ...one }) => ({
          ...one,
          ...{ sum: seen.sum, metAt: seen.metAt, from: seen.from, to: seen.to },
          lines: lines.slice(0, MOST_LINES).map((line) => ({ ...line, parts: [...line.parts] })),
          left: Math.max(0, lines.length - MOST_LINES),
        })),
      });
    },
  });
}
