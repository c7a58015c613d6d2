import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type Asked,
  type Reply,
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from "../kit/server.ts";

/** An acquirer by `docs/contracts/acquirer.openapi.yaml`. What it says of cards can be told; it keeps books of what it took. */

const KEY = /^[A-Za-z0-9_-]{8,64}$/;
const card = z.strictObject({
  number: z.string().regex(/^\d{12,19}$/),
  expiry: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .nullable(),
});
const inquiry = z.strictObject({ card });
const verification = z.strictObject({
  card,
  amount: z.strictObject({
    amount: z.string().regex(/^\d{1,12}(\.\d{1,3})?$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
  }),
});
const code = z.string().regex(/^[0-9A-Z]{2}$/);
export const acquirerAnswers = z.strictObject({
  asi: code.default("00"),
  amount: code.default("00"),
  charge: code.default("00"),
  refund: code.default("00"),
});
const money = verification.shape.amount;
const charging = z.strictObject({ reference: z.string().regex(/^ref_[a-p]{32}$/), amount: money });
const refunding = z.strictObject({ amount: money });
export type AcquirerAnswers = z.output<typeof acquirerAnswers>;

interface Booked {
  readonly key: string;
  readonly amount: { readonly amount: string; readonly currency: string } | null;
  readonly fingerprint: string | null;
  readonly outcome: string | null;
  readonly responseCode: string | null;
  /** How often it was asked for. */
  readonly asked: number;
  readonly reversed: boolean;
}

/** A refund's charge is the key of it; that of a charge is null. */
interface Moved {
  readonly key: string;
  readonly charge: string | null;
  readonly amount: { readonly amount: string; readonly currency: string } | null;
  readonly fingerprint: string | null;
  readonly outcome: string;
  readonly responseCode: string | null;
  readonly asked: number;
}

const APPROVED = new Set(["00", "08", "11", "85"]);
const ISSUER_AWAY = new Set(["91", "92", "96"]);

class Acquirer {
  readonly #inquiries = new Map<string, Booked>();
  readonly #amounts = new Map<string, Booked>();
  readonly #charges = new Map<string, Moved>();
  readonly #refunds = new Map<string, Moved>();
  readonly #references = new Set<string>();
  #answers: AcquirerAnswers;

  constructor(answers: AcquirerAnswers) {
    this.#answers = answers;
  }

  readonly answer = (asked: Asked): Reply => {
    const [, version, what, key, more] = asked.path.split("/");
    const post = asked.method === "POST";
    if (version !== "v1") return notFound;
    if (asked.method === "GET" && what === "health") return { status: 200, body: { status: "UP" } };
    if (post && what === "account-status-inquiries" && key === undefined) return this.#inquire(asked);
    if (what === "charges") return this.#answerOfCharges(asked, asked.path.split("/").slice(3));
    if (what !== "amount-verifications") return notFound;
    if (post && key === undefined) return this.#take(asked);
    if (key === undefined || !KEY.test(key)) return notFound;
    if (post && more === "reversal") return this.#giveBack(key);
    return asked.method === "GET" && more === undefined ? this.#find(key) : notFound;
  };

  readonly control = (asked: Asked): Reply | null => {
    if (asked.method === "GET" && asked.path === "/_books") {
      return {
        status: 200,
        body: {
          ...{ inquiries: [...this.#inquiries.values()], amounts: [...this.#amounts.values()] },
          ...{ charges: [...this.#charges.values()], refunds: [...this.#refunds.values()] },
        },
      };
    }
    if (asked.method !== "POST" || asked.path !== "/_answers") return null;
    const answers = acquirerAnswers.safeParse(asked.body);
    if (!answers.success) return invalid;
    this.#answers = answers.data;
    return { status: 200, body: {} };
  };

  #inquire(asked: Asked): Reply {
    if (!inquiry.safeParse(asked.body).success) return invalid;
    return this.#referenced(
      book(this.#inquiries, asked, { amount: null, responseCode: this.#answers.asi }),
      asked,
    );
  }

  #take(asked: Asked): Reply {
    const body = verification.safeParse(asked.body);
    if (!body.success) return invalid;
    const { amount } = body.data;
    return this.#referenced(
      book(this.#amounts, asked, { amount, responseCode: this.#answers.amount }),
      asked,
    );
  }

  /** The same for the same key. */
  #referenced(reply: Reply, { idempotencyKey }: Asked): Reply {
    const said = z.looseObject({ outcome: z.literal("APPROVED") }).safeParse(reply.body);
    if (!said.success) return reply;
    const digest = createHash("sha256")
      .update(`reference ${String(idempotencyKey)}`)
      .digest("hex");
    // Letters alone: it is to look like nobody's number.
    const reference = `ref_${digest.slice(0, 32).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")}`;
    this.#references.add(reference);
    return { ...reply, body: { ...said.data, reference } };
  }

  #answerOfCharges(asked: Asked, [key, more, refund]: readonly string[]): Reply {
    const post = asked.method === "POST";
    if (post && key === undefined) return this.#charge(asked);
    if (key === undefined || !KEY.test(key)) return notFound;
    if (post && more === "void") return this.#void(key);
    if (post && more === "refunds" && refund === undefined) return this.#refund(asked, key);
    if (asked.method !== "GET") return notFound;
    if (more === undefined) return moved(this.#charges.get(key));
    return more === "refunds" && refund !== undefined ? moved(this.#refunds.get(refund)) : notFound;
  }

  #charge(asked: Asked): Reply {
    const body = charging.safeParse(asked.body);
    if (!body.success || !this.#references.has(body.data.reference)) return invalid;
    const of = { charge: null, amount: body.data.amount, responseCode: this.#answers.charge };
    return move(this.#charges, asked, of);
  }

  /** What was not charged is not charged any more. */
  #void(key: string): Reply {
    const none = { key, charge: null, amount: null, fingerprint: null, responseCode: null, asked: 0 };
    const known = this.#charges.get(key) ?? { ...none, outcome: "VOIDED" };
    this.#charges.set(key, known);
    return moved(known);
  }

  /** No more of a charge than was charged. */
  #refund(asked: Asked, charge: string): Reply {
    const body = refunding.safeParse(asked.body);
    if (!body.success) return invalid;
    const { amount } = body.data;
    const of = this.#charges.get(charge);
    if (of?.outcome !== "APPROVED" || of.amount?.currency !== amount.currency) return notFound;
    const back = [...this.#refunds.values()].filter(
      (one) => one.charge === charge && one.outcome === "APPROVED" && one.key !== asked.idempotencyKey,
    );
    const left = back.reduce((sum, one) => sum - Number(one.amount?.amount), Number(of.amount.amount));
    if (Number(amount.amount) > left + 0.000_1) return { status: 409, body: { code: "TOO_MUCH" } };
    return move(this.#refunds, asked, { charge, amount, responseCode: this.#answers.refund });
  }

  #find(key: string): Reply {
    const found = this.#amounts.get(key);
    return found === undefined || found.outcome === null ? notFound : { status: 200, body: verdictOf(found) };
  }

  /** Also of what has not arrived: it is taken then no more. */
  #giveBack(key: string): Reply {
    const unknown = { key, amount: null, fingerprint: null, outcome: null, responseCode: null, asked: 0 };
    this.#amounts.set(key, { ...(this.#amounts.get(key) ?? unknown), reversed: true });
    return { status: 200, body: { outcome: "REVERSED" } };
  }
}

function book(
  books: Map<string, Booked>,
  asked: Asked,
  { amount, responseCode }: Pick<Booked, "amount"> & { readonly responseCode: string },
): Reply {
  const key = asked.idempotencyKey;
  if (key === null || !KEY.test(key)) return invalid;
  const fingerprint = createHash("sha256").update(JSON.stringify(asked.body)).digest("hex");
  const before = books.get(key);
  if (before?.reversed === true) return { status: 409, body: { code: "REVERSED" } };
  if (before !== undefined && before.fingerprint !== fingerprint)
    return { status: 409, body: { code: "KEY_REUSED" } };
  const outcome = outcomeOf(responseCode);
  const booked = before ?? { key, amount, fingerprint, outcome, responseCode, asked: 0, reversed: false };
  books.set(key, { ...booked, asked: booked.asked + 1 });
  return { status: 200, body: verdictOf(booked) };
}

/** Done once by a key. What the issuer could not be asked for is not kept: it may be asked for again. */
function move(
  books: Map<string, Moved>,
  asked: Asked,
  { charge, amount, responseCode }: Pick<Moved, "charge" | "amount"> & { readonly responseCode: string },
): Reply {
  const key = asked.idempotencyKey;
  if (key === null || !KEY.test(key)) return invalid;
  const fingerprint = createHash("sha256").update(JSON.stringify(asked.body)).digest("hex");
  const before = books.get(key);
  if (before?.outcome === "VOIDED") return { status: 409, body: { code: "VOIDED" } };
  if (before !== undefined && before.fingerprint !== fingerprint)
    return { status: 409, body: { code: "KEY_REUSED" } };
  const outcome = outcomeOf(responseCode);
  if (before === undefined && outcome === "UNAVAILABLE")
    return { status: 200, body: { outcome, responseCode } };
  const known = before ?? { key, charge, amount, fingerprint, outcome, responseCode, asked: 0 };
  books.set(key, { ...known, asked: known.asked + 1 });
  return moved(known);
}

function moved(known: Moved | undefined): Reply {
  if (known === undefined) return notFound;
  const { outcome, responseCode } = known;
  return { status: 200, body: { outcome, responseCode } };
}

function outcomeOf(responseCode: string): "APPROVED" | "UNAVAILABLE" | "DECLINED" {
  if (APPROVED.has(responseCode)) return "APPROVED";
  return ISSUER_AWAY.has(responseCode) ? "UNAVAILABLE" : "DECLINED";
}

function verdictOf({ outcome, responseCode }: Booked): object {
  return { outcome, responseCode };
}

const notFound: Reply = { status: 404, body: { code: "NOT_FOUND" } };
const invalid: Reply = { status: 400, body: { code: "INVALID" } };

export async function simulateAcquirer(
  answers: AcquirerAnswers,
  options: SimulatorOptions,
): Promise<RunningSimulator> {
  return await startSimulator(new Acquirer(answers), options);
}
