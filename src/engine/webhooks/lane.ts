import { withoutCardNumbers } from "../../domain/cardNumbers.ts";
import { WEBHOOK_ANSWER_WITHIN } from "../../domain/policies.ts";
import { type Instant, iso, MINUTE } from "../../domain/time.ts";
import { outcomeOf } from "../../domain/webhook/retry.ts";
import type { OutboundAnswer } from "../../integrations/outbound/answers.ts";
import type { Services } from "../services.ts";
import { disableGone } from "./webhooks.ts";
import type { Health } from "./health.ts";
import { firstOf, note, releaseLane, type Waiting } from "./queue.ts";
import { signedHeaders } from "./secrets.ts";

/** After which an instance that says nothing counts as lost. Longer than a receiver may take by far. */
export const LEASE_MS = MINUTE;

const AT_ONCE = 20;
/** Of an answer, as much as helps to find out what is wrong. */
const ANSWER_BYTES = 1_000;

export interface ClaimedLane {
  readonly endpointId: string;
  readonly lane: string;
  readonly token: string;
  readonly url: string;
  readonly secrets: readonly Buffer[];
  /** The receiver has taken nothing lately. */
  readonly down: boolean;
  readonly health: Health;
  readonly now: () => Instant;
  readonly random: () => number;
  readonly ending: AbortSignal;
}

/** Sends a lane's messages, one after the other, as long as they are taken. */
export class LaneRun {
  readonly #services: Services;
  readonly #claim: ClaimedLane;
  /** Until when the lane is surely ours. */
  #ours: Instant;

  constructor(services: Services, claim: ClaimedLane) {
    this.#services = services;
    this.#claim = claim;
    this.#ours = claim.now() + LEASE_MS;
  }

  async run(): Promise<void> {
    const { endpointId, lane, ending } = this.#claim;
    let tried = 0;
    for (; tried < AT_ONCE && !isOver(ending); ) {
      const waiting = await firstOf(this.#services.pool, endpointId, lane, AT_ONCE);
      if (waiting.length === 0) break;
      for (const delivery of waiting) {
        tried += 1;
        if (isOver(ending)) break;
        if (!(await this.#send(delivery))) return;
      }
    }
    // Others of the receiver had their turn meanwhile.
    await releaseLane(this.#services.pool, this.#claim, this.#claim.now());
  }

  /** Whether the next one may be sent. */
  async #send({ id, message_id: messageId, body, attempts, queued_at: queuedAt }: Waiting): Promise<boolean> {
    const { now, random, secrets, url, health, endpointId, down } = this.#claim;
    const began = now();
    // Somebody else may have it soon: whoever was held up sends nothing into what goes on there.
    if (began + WEBHOOK_ANSWER_WITHIN > this.#ours) return false;
    const headers = signedHeaders(secrets, { id: messageId, body, now: began });
    const answer = await this.#services.outbound.send({
      ...{ url, method: "POST" as const, body, deadlineMs: WEBHOOK_ANSWER_WITHIN },
      headers: { "content-type": "application/json", "user-agent": "Admittance-Webhooks", ...headers },
      ...{ maxBytes: ANSWER_BYTES, longer: "CUT" as const },
    });
    const ended = now();
    const result =
      answer.outcome === "ANSWERED"
        ? { kind: "ANSWERED" as const, status: answer.status }
        : { kind: "FAILED" as const };
    const attempted = { attempts: attempts + 1, queuedAt: queuedAt.getTime(), now: ended, random: random() };
    const outcome = outcomeOf(result, attempted);
    const line = lineOf(answer, began);
    switch (outcome.kind) {
      case "DELIVERED": {
        health.counts.delivered += 1;
        const isOurs = await this.#note(id, "DELIVERED", line, ended + LEASE_MS);
        await health.took(endpointId, down, ended);
        return isOurs;
      }
      case "DEAD":
        this.#count(answer);
        await health.failed(endpointId, ended);
        return await this.#note(id, "DEAD", line, ended + LEASE_MS);
      case "RETRY":
        this.#count(answer);
        await health.failed(endpointId, ended);
        await this.#note(id, "WAITING", line, outcome.at);
        return false;
      case "GONE":
        this.#count(answer);
        await this.#note(id, "WAITING", line, ended + LEASE_MS);
        await disableGone(this.#services, endpointId);
        return false;
    }
  }

  #count({ outcome }: OutboundAnswer): void {
    const { counts } = this.#claim.health;
    if (outcome === "ANSWERED") counts.refused += 1;
    else counts.failed += 1;
  }

  async #note(
    deliveryId: string,
    state: "WAITING" | "DELIVERED" | "DEAD",
    line: ReturnType<typeof lineOf>,
    dueAt: Instant,
  ): Promise<boolean> {
    const { endpointId, lane, token } = this.#claim;
    this.#ours = dueAt;
    return await note(this.#services.pool, { endpointId, lane, token, deliveryId, state, line, dueAt });
  }
}

/** It may be over by now, whatever it was a moment ago. */
function isOver(ending: AbortSignal): boolean {
  return ending.aborted;
}

function lineOf(answer: OutboundAnswer, began: Instant) {
  const at = iso(began);
  if (answer.outcome === "FAILED") {
    return { at, status: null, failure: answer.cause, ms: answer.ms, answer: null };
  }
  return { at, status: answer.status, failure: null, ms: answer.ms, answer: readable(answer.body) };
}

/** What a receiver says is kept: it must say no card's number, and be text that a database takes. */
function readable(body: Buffer): string {
  const text = new TextDecoder().decode(body).replace(/(?![\n\t])\p{Cc}/gu, "\ufffd");
  return withoutCardNumbers(text, "[card number]");
}
