import {
  type Answered,
  cancellationOf,
  checkAnswerOf,
  confirmationOf,
  entryAnswerOf,
} from "../../src/api/pos/answers.ts";
import { checkEntry } from "../../src/engine/entry/check.ts";
import { cancelEntry } from "../../src/engine/entry/cancel.ts";
import { confirmEntry } from "../../src/engine/entry/confirm.ts";
import type { AuthenticatedTerminal } from "../../src/engine/terminals/authenticate.ts";
import { ContendedError } from "../../src/engine/executor.ts";
import type { Problem } from "../../src/engine/problem.ts";
import { LogUnavailableError, type Position } from "../../src/eventlog/log.ts";
import { type Instance, tokenOf } from "./instance.ts";
import { Outage } from "./life.ts";
import type { Scheduler } from "./scheduler.ts";

/** What came of asking: an answer, a problem, or nothing at all. */
export type Outcome<Answer> =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "problem"; readonly code: string }
  | { readonly kind: "silence" };

/** One tap of a card, however often the terminal asks for its verdict. */
export interface Tap {
  readonly number: number;
  readonly terminal: string;
  readonly pan: string;
  /** Null: a terminal that sends none, and never asks again. */
  readonly requestId: string | null;
  readonly guests: number;
  /** Every answer that was given, heard by the terminal or not. */
  readonly answers: Set<string>;
  readonly confirmations: Set<string>;
  readonly cancellations: Set<string>;
  /** As the terminal knows it. */
  accessId: string | null;
  decision: "GRANTED" | "REJECTED" | null;
  wants: "nothing" | "confirm" | "cancel";
  /** Of the last confirmation or cancellation; null while none was heard. */
  settled: string | null;
  calls: Call[];
}

/** One check on its way through an instance. */
interface Call {
  /** Steps of the scheduler. */
  readonly from: number;
  readonly to: number;
  /** The log's head when it began. */
  readonly head: Position;
  readonly position: Position;
  readonly accessId: string;
}

/** The terminals, and what they remember. */
export class Desk {
  readonly taps: Tap[] = [];
  /** What no fault explains. */
  readonly surprises: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #head: () => Position;
  readonly #forgetsRequestIds: boolean;

  constructor(scheduler: Scheduler, head: () => Position, forgetsRequestIds: boolean) {
    this.#scheduler = scheduler;
    this.#head = head;
    this.#forgetsRequestIds = forgetsRequestIds;
  }

  newTap(tap: Pick<Tap, "terminal" | "pan" | "requestId" | "guests">): Tap {
    const known: Tap = {
      ...tap,
      number: this.taps.length,
      answers: new Set(),
      confirmations: new Set(),
      cancellations: new Set(),
      accessId: null,
      decision: null,
      wants: "nothing",
      settled: null,
      calls: [],
    };
    this.taps.push(known);
    return known;
  }

  async check(tap: Tap, instance: Instance, pan = tap.pan): Promise<Outcome<null>> {
    const from = this.#scheduler.steps;
    const head = this.#head();
    const { requestId } = tap;
    const asked = requestId !== null && this.#forgetsRequestIds ? `${requestId} ${String(from)}` : requestId;
    const outcome = await this.ask(
      `check ${String(tap.number)}`,
      instance,
      tap.terminal,
      async (terminal) => {
        const card = { pan, entryMode: "CONTACTLESS" as const };
        const input = { terminal, requestId: asked, card, traceId: "0" };
        const checked = await checkEntry(instance.services, instance.authenticator, input);
        if (checked.kind === "problem") return checked;
        const { event, position } = checked.verdict;
        const { accessId } = event.data;
        const body = checkAnswerOf(checked.verdict, "en");
        tap.answers.add(JSON.stringify(body));
        tap.calls.push({ from, to: this.#scheduler.steps, head, position, accessId });
        return heard({ accessId, granted: event.type === "EntryGranted" });
      },
    );
    if (outcome.kind !== "answer") return outcome;
    tap.accessId = outcome.answer.accessId;
    tap.decision = outcome.answer.granted ? "GRANTED" : "REJECTED";
    return { kind: "answer", answer: null };
  }

  async confirm(tap: Tap, instance: Instance, guests = tap.guests): Promise<Outcome<string>> {
    if (guests === tap.guests) tap.wants = "confirm";
    const outcome = await this.#entry("confirm", tap, instance, async (terminal, accessId) => {
      const counts = { adults: guests, children: 0, freeChildren: 0 };
      const input = { terminal, requestId: null, accessId, guests: counts, payment: null, traceId: "0" };
      return confirmationOf(
        await confirmEntry(instance.services, instance.authenticator, instance.lookup.cardOf, input),
      );
    });
    if (outcome.kind === "answer") tap.confirmations.add(outcome.answer);
    return outcome;
  }

  async cancel(tap: Tap, instance: Instance): Promise<Outcome<string>> {
    tap.wants = "cancel";
    const outcome = await this.#entry("cancel", tap, instance, async (terminal, accessId) => {
      const input = { terminal, requestId: null, accessId, reason: null, traceId: "0" };
      return cancellationOf(
        await cancelEntry(instance.services, instance.authenticator, instance.lookup.cardOf, input),
      );
    });
    if (outcome.kind === "answer") tap.cancellations.add(outcome.answer);
    return outcome;
  }

  /** What became of the tap, as the read models tell; null for nothing. */
  async lookUp(tap: Tap, instance: Instance): Promise<Outcome<{ accessId: string; status: string }>> {
    return await this.ask(`look up ${String(tap.number)}`, instance, tap.terminal, async ({ life }) => {
      const now = instance.services.now();
      const { requestId, accessId } = tap;
      const found =
        requestId === null
          ? await instance.lookup.byAccessId(life, accessId ?? "", now)
          : await instance.lookup.byRequestId(life, requestId, now);
      if (found === null) return { kind: "problem" as const, code: "NOT_FOUND" };
      return "kind" in found ? found : heard(entryAnswerOf(found));
    });
  }

  async #entry(
    what: string,
    tap: Tap,
    instance: Instance,
    work: (terminal: AuthenticatedTerminal, accessId: string) => Promise<Answered<object> | Problem>,
  ): Promise<Outcome<string>> {
    const { accessId } = tap;
    if (accessId === null) return { kind: "silence" };
    const outcome = await this.ask(
      `${what} ${String(tap.number)}`,
      instance,
      tap.terminal,
      async (terminal) => {
        const answered = await work(terminal, accessId);
        return answered.kind === "problem" ? answered : heard(JSON.stringify(answered.body));
      },
    );
    if (outcome.kind === "answer") tap.settled = "answered";
    if (outcome.kind === "problem" && outcome.code !== "UNAVAILABLE") tap.settled = outcome.code;
    return outcome.kind === "answer" ? { kind: "answer", answer: outcome.answer } : outcome;
  }

  /** Whatever a terminal asks for; its answer may be lost on the way. */
  async ask<Answer>(
    what: string,
    instance: Instance,
    serial: string,
    work: (terminal: AuthenticatedTerminal) => Promise<Heard<Answer> | { kind: "problem"; code: string }>,
  ): Promise<Outcome<Answer>> {
    const note = (outcome: string): void =>
      this.#scheduler.note(`${what} at ${instance.life.name}: ${outcome}`);
    note("asked");
    try {
      const answer = await instance.life.ask(async () => {
        const terminal = await instance.authenticator.authenticate(`Bearer ${tokenOf(serial)}`);
        return terminal.kind === "problem" ? terminal : await work(terminal);
      });
      if (this.#scheduler.weather.losesAnswer()) {
        note("the answer is lost");
        return { kind: "silence" };
      }
      note(answer.kind === "problem" ? answer.code : JSON.stringify(answer.answer).slice(0, 100));
      return answer.kind === "problem"
        ? { kind: "problem", code: answer.code }
        : { kind: "answer", answer: answer.answer };
    } catch (error) {
      note(error instanceof Error ? `${error.name}: ${error.message}` : "an error");
      if (!isOutage(error)) this.surprises.push(`${what}: ${String(error)}`);
      return { kind: "silence" };
    }
  }
}

interface Heard<Answer> {
  readonly kind: "heard";
  readonly answer: Answer;
}

function heard<Answer>(answer: Answer): Heard<Answer> {
  return { kind: "heard", answer };
}

/** What the product answers with 503, or what breaks the connection: the caller asks again. */
export function isOutage(error: unknown): boolean {
  if (error instanceof Outage || error instanceof ContendedError || error instanceof LogUnavailableError)
    return true;
  return error instanceof Error && error.message === "Connection terminated unexpectedly";
}
