import { z } from "zod";
import type { Money } from "../../domain/money.ts";
import type { VerificationAnswer } from "../../domain/ruleset/evaluate/facts.ts";
import type { Answer, OutsideSystem } from "../outside/system.ts";
import type { Acquirer, FoundAmount, GivenBack, Silence, VerifyQuestion } from "../ports.ts";

/** An acquirer over HTTP: `docs/contracts/acquirer.openapi.yaml`. */

const verdict = z.object({
  outcome: z.enum(["APPROVED", "DECLINED", "UNAVAILABLE"]),
  responseCode: z
    .string()
    .regex(/^[0-9A-Z]{2}$/)
    .nullable(),
});
type Verdict = z.output<typeof verdict>;
const reversal = z.object({ outcome: z.literal("REVERSED") });

/** ISO 8583: not sufficient funds. */
const NO_FUNDS = "51";
const NOT_FOUND = 404;

export class HttpAcquirer implements Acquirer {
  readonly isConnected = true;
  readonly amount: Money;
  readonly #system: OutsideSystem;

  constructor(system: OutsideSystem, amount: Money) {
    this.#system = system;
    this.amount = amount;
  }

  async verify({ method, key, pan, expiry, within }: VerifyQuestion): Promise<VerificationAnswer> {
    const card = { number: pan, expiry };
    const isAmount = method === "AMOUNT";
    const answer = await this.#system.ask({
      ...{ asked: method, method: "POST", idempotencyKey: key, within, says: verdict },
      path: isAmount ? "/v1/amount-verifications" : "/v1/account-status-inquiries",
      body: isAmount ? { card, amount: this.amount } : { card },
    });
    if (answer.kind !== "said") {
      return { method, outcome: "UNAVAILABLE", responseCode: null, why: silenceOf(answer) };
    }
    const { responseCode } = answer.value;
    const outcome = outcomeOf(method, answer.value);
    const why: Silence = "ISSUER_AWAY";
    return { method, outcome, responseCode, ...(outcome === "UNAVAILABLE" ? { why } : {}) };
  }

  async findAmount(key: string, within: number): Promise<FoundAmount> {
    const answer = await this.#system.ask({
      ...{ asked: "AMOUNT_INQUIRY", method: "GET", path: `/v1/amount-verifications/${key}` },
      ...{ body: null, idempotencyKey: null, within, says: verdict },
    });
    if (answer.kind === "said") {
      const { outcome, responseCode } = answer.value;
      return { kind: outcome === "APPROVED" ? "TAKEN" : "NONE", responseCode };
    }
    if (answer.kind === "refused" && answer.status === NOT_FOUND) return { kind: "NONE", responseCode: null };
    return { kind: "UNKNOWN", why: silenceOf(answer) };
  }

  async giveBack(key: string, within: number): Promise<GivenBack> {
    const answer = await this.#system.ask({
      ...{ asked: "AMOUNT_REVERSAL", method: "POST", path: `/v1/amount-verifications/${key}/reversal` },
      ...{ body: {}, idempotencyKey: key, within, says: reversal },
    });
    return answer.kind === "said" ? { kind: "DONE" } : { kind: "UNKNOWN", why: silenceOf(answer) };
  }
}

function silenceOf(answer: Exclude<Answer<never>, { kind: "said" }>): Silence {
  return answer.kind === "refused" ? "REFUSED" : answer.silence;
}

function outcomeOf(
  method: VerificationAnswer["method"],
  { outcome, responseCode }: Verdict,
): VerificationAnswer["outcome"] {
  switch (outcome) {
    case "APPROVED":
      return "PASSED";
    case "UNAVAILABLE":
      return "UNAVAILABLE";
    case "DECLINED":
      return method === "AMOUNT" && responseCode === NO_FUNDS ? "INSUFFICIENT_FUNDS" : "FAILED";
  }
}
