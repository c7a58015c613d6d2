import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
} from "cockatiel";
import { z } from "zod";
import type { Outbound } from "../outbound/answers.ts";
import type { Silence } from "../ports.ts";
import { signedHeaders } from "./signing.ts";

/** One system outside, as this instance talks to it: signed, in time, and left alone for a while where it keeps failing. */

export interface SystemOptions {
  readonly name: OutsideName;
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly outbound: Outbound;
  /** Real time in milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  /** So many failures in a row open the circuit. */
  readonly failuresToOpen?: number;
  /** After so many milliseconds one question is let through. */
  readonly halfOpenAfter?: number;
}

export type OutsideName = "acquirer" | "externalRules" | "rewards";

/** What is asked of a system outside. */
export const ASKED = [
  "ASI",
  "AMOUNT",
  "AMOUNT_INQUIRY",
  "AMOUNT_REVERSAL",
  "CHARGE",
  "CHARGE_INQUIRY",
  "CHARGE_VOID",
  "REFUND",
  "REFUND_INQUIRY",
  "RULE",
  "TRANSACTIONS",
  "ENROLMENT",
  "TEST",
] as const;
export type Asked = (typeof ASKED)[number];

export interface Question<Value> {
  readonly asked: Asked;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: object | null;
  /** The same key: the same operation, which is done once. */
  readonly idempotencyKey: string | null;
  /** Milliseconds. */
  readonly within: number;
  readonly says: z.ZodType<Value>;
}

export type Answer<Value> =
  | { readonly kind: "said"; readonly value: Value }
  /** Nothing was done. */
  | { readonly kind: "refused"; readonly status: number }
  | {
      readonly kind: "silent";
      readonly silence: Extract<Silence, "CIRCUIT_OPEN" | "NOT_SENT" | "NO_ANSWER" | "BAD_ANSWER">;
    };

/** What is remembered of an answer: nothing of what was asked or said. */
export interface Heard {
  readonly at: number;
  readonly asked: Asked;
  readonly outcome: "ANSWERED" | "REFUSED" | "NOT_SENT" | "NO_ANSWER" | "BAD_ANSWER";
  readonly status: number | null;
  readonly ms: number;
}

const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 10_000;
const HEARD_KEPT = 20;
const MOST_BYTES = 65_536;

export const CIRCUIT_STATES = ["CLOSED", "OPEN", "HALF_OPEN"] as const;
export type Circuit = (typeof CIRCUIT_STATES)[number];

/** Tells the circuit breaker of an answer that counts as a failure. */
class Failure extends Error {
  readonly answer: Extract<Answer<never>, { kind: "silent" }>;

  constructor(answer: Extract<Answer<never>, { kind: "silent" }>) {
    super(answer.silence);
    this.answer = answer;
  }
}

export class OutsideSystem {
  readonly name: OutsideName;
  readonly url: string;
  readonly #options: SystemOptions;
  readonly #base: URL;
  readonly #breaker: CircuitBreakerPolicy;
  #heard: readonly Heard[] = [];

  constructor(options: SystemOptions) {
    this.name = options.name;
    this.url = options.url;
    this.#options = options;
    this.#base = new URL(options.url);
    this.#breaker = circuitBreaker(handleAll, {
      breaker: new ConsecutiveBreaker(options.failuresToOpen ?? FAILURES_TO_OPEN),
      halfOpenAfter: options.halfOpenAfter ?? HALF_OPEN_AFTER_MS,
    });
  }

  /** The newest first. */
  get heard(): readonly Heard[] {
    return this.#heard;
  }

  get circuit(): Circuit {
    switch (this.#breaker.state) {
      case CircuitState.Closed:
        return "CLOSED";
      case CircuitState.HalfOpen:
        return "HALF_OPEN";
      case CircuitState.Open:
      case CircuitState.Isolated:
        return "OPEN";
    }
  }

  /** Never throws for what is outside. */
  async ask<Value>(question: Question<Value>): Promise<Answer<Value>> {
    // The library would let it wait for the one that is let through: there is no time for that.
    if (this.#breaker.state === CircuitState.HalfOpen) return { kind: "silent", silence: "CIRCUIT_OPEN" };
    try {
      return await this.#breaker.execute(async () => {
        const answer = await this.askAnyway(question);
        if (answer.kind === "silent") throw new Failure(answer);
        return answer;
      });
    } catch (error) {
      if (error instanceof Failure) return error.answer;
      if (error instanceof BrokenCircuitError) return { kind: "silent", silence: "CIRCUIT_OPEN" };
      throw error;
    }
  }

  /** Whatever the circuit's state, which learns nothing of it. */
  async askAnyway<Value>(question: Question<Value>): Promise<Answer<Value>> {
    const { outbound, now, newId, key } = this.#options;
    const { method, idempotencyKey } = question;
    const path = `${this.#base.pathname.replace(/\/$/, "")}${question.path}`;
    const body = question.body === null ? null : JSON.stringify(question.body);
    const at = now();
    const answer = await outbound.send({
      ...{ url: `${this.#base.origin}${path}`, method, body },
      headers: {
        ...signedHeaders(key, { method, path, body }, { id: newId(), at }),
        accept: "application/json",
        ...(body === null ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...{ deadlineMs: Math.max(1, question.within), maxBytes: MOST_BYTES, longer: "FAIL" },
    });
    const hear = (outcome: Heard["outcome"], status: number | null): void => {
      const heard: Heard = { at, asked: question.asked, outcome, status, ms: answer.ms };
      this.#heard = [heard, ...this.#heard].slice(0, HEARD_KEPT);
    };
    if (answer.outcome === "FAILED") {
      const silence = answer.mayBeProcessed ? "NO_ANSWER" : "NOT_SENT";
      hear(silence, null);
      return { kind: "silent", silence };
    }
    const { status } = answer;
    if (status >= 400 && status < 500 && !MAYBE_DONE.has(status)) {
      hear("REFUSED", status);
      return { kind: "refused", status };
    }
    const said = status === 200 ? question.says.safeParse(jsonIn(answer.body)) : null;
    if (said?.success === true) {
      hear("ANSWERED", status);
      return { kind: "said", value: said.data };
    }
    hear("BAD_ANSWER", status);
    return { kind: "silent", silence: "BAD_ANSWER" };
  }

  /** Whether it answers now. */
  async test(within: number): Promise<Answer<{ readonly status: "UP" }>> {
    const says = z.object({ status: z.literal("UP") });
    return await this.askAnyway({ ...TEST, within, says });
  }
}

const TEST = { asked: "TEST", method: "GET", path: "/v1/health", body: null, idempotencyKey: null } as const;

/** A proxy says so also where the request went through, and too many requests say nothing of this one. */
const MAYBE_DONE: ReadonlySet<number> = new Set([408, 425, 429]);

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
