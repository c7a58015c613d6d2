import { z } from "zod";
import { holdsCardNumber } from "../../domain/cardNumbers.ts";
import { aref } from "../../domain/card/input.ts";
import { ica, mcc, productCode } from "../../domain/codes.ts";
import { currencyCode, fromMinor } from "../../domain/money.ts";
import { timestamp } from "../../domain/timestamp.ts";
import type { Answer, OutsideSystem } from "../outside/system.ts";
import type {
  EnrolmentFound,
  EnrolmentQuestion,
  RewardPage,
  Rewards,
  RewardSilence,
  RewardTransaction,
} from "../ports.ts";

/** The reward system over HTTP: `docs/contracts/rewards.openapi.yaml`. */

/** So many on a page stay within what is read of an answer, however long their ids are. */
const PAGE = 100;
const MOST_MINOR = 999_999_999_999;

/** An id that holds a card's number is none: it would be kept. */
const transactionId = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/)
  .refine((text) => !holdsCardNumber(text, "identifier"));
const cursor = z.string().regex(/^[\x21-\x7e]{1,500}$/);

const transaction = z.object({
  id: transactionId,
  aref: aref.refine((text) => !holdsCardNumber(text, "identifier")),
  kind: z.enum(["PURCHASE", "REFUND", "REVERSAL"]),
  refersTo: transactionId.nullish(),
  mcc,
  amountMinor: z.int().min(0).max(MOST_MINOR),
  currency: currencyCode,
  transactionTime: timestamp,
  postedTime: timestamp.nullish(),
});
const page = z.object({ items: z.array(transaction).max(PAGE), next: cursor, hasMore: z.boolean() });

const enrolment = z.object({
  enrolled: z.boolean(),
  ica: ica.nullish(),
  productCode: productCode.nullish(),
  since: timestamp.nullish(),
});

export class HttpRewards implements Rewards {
  readonly isConnected = true;
  readonly url: string;
  readonly pullSeconds: number;
  readonly #system: OutsideSystem;

  constructor(system: OutsideSystem, pullSeconds: number) {
    this.#system = system;
    this.url = system.url;
    this.pullSeconds = pullSeconds;
  }

  async transactionsAfter(after: string | null, within: number): Promise<RewardPage | RewardSilence> {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(after === null ? {} : { after }),
    });
    // More after the very place that was asked from would be asked for without end.
    const says = page.refine(({ hasMore, next }) => !hasMore || next !== after);
    const answer = await this.#system.ask({
      ...{ asked: "TRANSACTIONS", method: "GET", path: `/v1/transactions?${query.toString()}` },
      ...{ body: null, idempotencyKey: null, within, says },
    });
    if (answer.kind !== "said") return silenceOf(answer);
    const { items, next, hasMore } = answer.value;
    return { kind: "PAGE", items: items.map(transactionOf), next, hasMore };
  }

  async findEnrolment(
    { aref: of, ica: issuer, productCode: product }: EnrolmentQuestion,
    within: number,
  ): Promise<EnrolmentFound | RewardSilence> {
    const answer = await this.#system.ask({
      ...{ asked: "ENROLMENT", method: "POST", path: "/v1/enrolment-inquiries" },
      ...{ body: { aref: of, ica: issuer, productCode: product }, idempotencyKey: null, within },
      says: enrolment,
    });
    if (answer.kind !== "said") return silenceOf(answer);
    const { enrolled, ica: itsIca = null, productCode: itsProduct = null, since = null } = answer.value;
    return { kind: "FOUND", enrolled, ica: itsIca, productCode: itsProduct, since };
  }
}

function transactionOf(one: z.output<typeof transaction>): RewardTransaction {
  return {
    ...{ transactionId: one.id, aref: one.aref, type: one.kind, refersTo: one.refersTo ?? null },
    ...{ amount: fromMinor(BigInt(one.amountMinor), one.currency), mcc: one.mcc },
    ...{ transactionAt: one.transactionTime, postedAt: one.postedTime ?? null },
  };
}

function silenceOf(answer: Exclude<Answer<never>, { kind: "said" }>): RewardSilence {
  return answer.kind === "refused"
    ? { kind: "NOTHING", why: "REFUSED", status: answer.status }
    : { kind: "NOTHING", why: answer.silence, status: null };
}
