import { z } from "zod";
import type { Money } from "../../domain/money.ts";
import type { VerificationAnswer } from "../../domain/ruleset/evaluate/facts.ts";
import type { Answer, OutsideSystem } from "../outside/system.ts";
import { withoutCardNumbers } from "../../domain/cardNumbers.ts";
import type {
  Acquirer,
  ChargeQuestion,
  FoundAmount,
  GivenBack,
  PaymentAnswer,
  RefundQuestion,
  Silence,
  Verified,
  VerifyQuestion,
} from "../ports.ts";

/** An acquirer over HTTP: `docs/contracts/acquirer.openapi.yaml`. */

const responseCode = z
  .string()
  .regex(/^[0-9A-Z]{2}$/)
  .nullable();
const verdict = z.object({ outcome: z.enum(["APPROVED", "DECLINED", "UNAVAILABLE"]), responseCode });
const verification = verdict.extend({ reference: z.string().min(8).max(200).nullish() });
const chargeVerdict = z.object({
  outcome: z.enum(["APPROVED", "DECLINED", "UNAVAILABLE", "VOIDED"]),
  responseCode,
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

  async verify({ method, key, pan, expiry, within }: VerifyQuestion): Promise<Verified> {
    const card = { number: pan, expiry };
    const isAmount = method === "AMOUNT";
    const answer = await this.#system.ask({
      ...{ asked: method, method: "POST", idempotencyKey: key, within, says: verification },
      path: isAmount ? "/v1/amount-verifications" : "/v1/account-status-inquiries",
      body: isAmount ? { card, amount: this.amount } : { card },
    });
    if (answer.kind !== "said") {
      const why = silenceOf(answer);
      return { answer: { method, outcome: "UNAVAILABLE", responseCode: null, why }, reference: null };
    }
    const { responseCode: code, reference } = answer.value;
    const outcome = outcomeOf(method, answer.value);
    const why: Silence = "ISSUER_AWAY";
    return {
      answer: { method, outcome, responseCode: code, ...(outcome === "UNAVAILABLE" ? { why } : {}) },
      reference: outcome === "PASSED" ? soundReference(reference ?? null) : null,
    };
  }

  async findAmount(key: string, within: number): Promise<FoundAmount> {
    const answer = await this.#system.ask({
      ...{ asked: "AMOUNT_INQUIRY", method: "GET", path: `/v1/amount-verifications/${key}` },
      ...{ body: null, idempotencyKey: null, within, says: verdict },
    });
    if (answer.kind === "said") {
      const { outcome, responseCode: code } = answer.value;
      return { kind: outcome === "APPROVED" ? "TAKEN" : "NONE", responseCode: code };
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

  async charge({ key, reference, amount }: ChargeQuestion, within: number): Promise<PaymentAnswer> {
    const answer = await this.#system.ask({
      ...{ asked: "CHARGE", method: "POST", path: "/v1/charges", body: { reference, amount } },
      ...{ idempotencyKey: key, within, says: chargeVerdict },
    });
    return paymentAnswerOf(answer);
  }

  async findCharge(key: string, within: number): Promise<PaymentAnswer> {
    const answer = await this.#system.ask({
      ...{ asked: "CHARGE_INQUIRY", method: "GET", path: `/v1/charges/${key}` },
      ...{ body: null, idempotencyKey: null, within, says: chargeVerdict },
    });
    return foundOf(answer);
  }

  async voidCharge(key: string, within: number): Promise<PaymentAnswer> {
    const answer = await this.#system.ask({
      ...{ asked: "CHARGE_VOID", method: "POST", path: `/v1/charges/${key}/void` },
      ...{ body: {}, idempotencyKey: key, within, says: chargeVerdict },
    });
    return paymentAnswerOf(answer);
  }

  async refund({ key, chargeKey, amount }: RefundQuestion, within: number): Promise<PaymentAnswer> {
    const answer = await this.#system.ask({
      ...{ asked: "REFUND", method: "POST", path: `/v1/charges/${chargeKey}/refunds`, body: { amount } },
      ...{ idempotencyKey: key, within, says: verdict },
    });
    return paymentAnswerOf(answer);
  }

  async findRefund(
    { key, chargeKey }: Pick<RefundQuestion, "key" | "chargeKey">,
    within: number,
  ): Promise<PaymentAnswer> {
    const answer = await this.#system.ask({
      ...{ asked: "REFUND_INQUIRY", method: "GET", path: `/v1/charges/${chargeKey}/refunds/${key}` },
      ...{ body: null, idempotencyKey: null, within, says: verdict },
    });
    return foundOf(answer);
  }
}

/** A reference that holds a card's number is none: it would be kept. */
function soundReference(reference: string | null): string | null {
  return reference !== null && withoutCardNumbers(reference, "") === reference ? reference : null;
}

function foundOf(answer: Answer<z.output<typeof chargeVerdict>>): PaymentAnswer {
  return answer.kind === "refused" && answer.status === NOT_FOUND
    ? { kind: "NOT_FOUND" }
    : paymentAnswerOf(answer);
}

function paymentAnswerOf(answer: Answer<z.output<typeof chargeVerdict>>): PaymentAnswer {
  if (answer.kind === "said") {
    const { outcome, responseCode: code } = answer.value;
    return outcome === "UNAVAILABLE"
      ? { kind: "NOT_DONE", why: "ISSUER_AWAY" }
      : { kind: outcome, responseCode: code };
  }
  const why = silenceOf(answer);
  return { kind: why === "NO_ANSWER" || why === "BAD_ANSWER" ? "UNKNOWN" : "NOT_DONE", why };
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
