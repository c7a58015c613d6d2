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
export const acquirerAnswers = z.strictObject({ asi: code.default("00"), amount: code.default("00") });
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

const APPROVED = new Set(["00", "08", "11", "85"]);
const ISSUER_AWAY = new Set(["91", "92", "96"]);

class Acquirer {
  readonly #inquiries = new Map<string, Booked>();
  readonly #amounts = new Map<string, Booked>();
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
        body: { inquiries: [...this.#inquiries.values()], amounts: [...this.#amounts.values()] },
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
    return book(this.#inquiries, asked, { amount: null, responseCode: this.#answers.asi });
  }

  #take(asked: Asked): Reply {
    const body = verification.safeParse(asked.body);
    if (!body.success) return invalid;
    const { amount } = body.data;
    return book(this.#amounts, asked, { amount, responseCode: this.#answers.amount });
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
  const outcome = APPROVED.has(responseCode)
    ? "APPROVED"
    : ISSUER_AWAY.has(responseCode)
      ? "UNAVAILABLE"
      : "DECLINED";
  const booked = before ?? { key, amount, fingerprint, outcome, responseCode, asked: 0, reversed: false };
  books.set(key, { ...booked, asked: booked.asked + 1 });
  return { status: 200, body: verdictOf(booked) };
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
