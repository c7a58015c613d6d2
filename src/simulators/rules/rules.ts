import { z } from "zod";
import {
  type Asked,
  type Reply,
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from "../kit/server.ts";

/** Rules kept elsewhere, by `docs/contracts/external-rules.openapi.yaml`. Each allows, unless it is told to deny. */

const question = z.strictObject({
  questionId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  ruleId: z.string().min(1).max(200),
  cardId: z.string().max(64),
  issuer: z
    .strictObject({ ica: z.string(), country: z.string().regex(/^[A-Z]{3}$/), productCode: z.string() })
    .nullable(),
  location: z.strictObject({ id: z.string(), country: z.string().regex(/^[A-Z]{3}$/), service: z.string() }),
  at: z.iso.datetime(),
});

export const rulesAnswers = z.strictObject({
  rules: z.record(
    z.string(),
    z.strictObject({ decision: z.enum(["ALLOW", "DENY"]), reason: z.string().nullable().default(null) }),
  ),
});
export type RulesAnswers = z.output<typeof rulesAnswers>;

class Rules {
  #answers: RulesAnswers;

  constructor(answers: RulesAnswers) {
    this.#answers = answers;
  }

  readonly answer = (asked: Asked): Reply => {
    if (asked.method === "GET" && asked.path === "/v1/health") return { status: 200, body: { status: "UP" } };
    if (asked.method !== "POST" || asked.path !== "/v1/decisions")
      return { status: 404, body: { code: "NOT_FOUND" } };
    const body = question.safeParse(asked.body);
    if (!body.success) return { status: 400, body: { code: "INVALID" } };
    const told = this.#answers.rules[body.data.ruleId] ?? { decision: "ALLOW", reason: null };
    return { status: 200, body: told };
  };

  readonly control = (asked: Asked): Reply | null => {
    if (asked.method !== "POST" || asked.path !== "/_answers") return null;
    const answers = rulesAnswers.safeParse(asked.body);
    if (!answers.success) return { status: 422, body: { code: "INVALID" } };
    this.#answers = answers.data;
    return { status: 200, body: {} };
  };
}

export async function simulateRules(
  answers: RulesAnswers,
  options: SimulatorOptions,
): Promise<RunningSimulator> {
  return await startSimulator(new Rules(answers), options);
}
