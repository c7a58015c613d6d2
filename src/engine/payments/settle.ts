import { card, type CardCommand, type CardRefusal } from "../../domain/card/card.ts";
import { type Charge, openSteps, type Refund } from "../../domain/card/charge/charge.ts";
import { chargedEntry, dueOfCharge } from "../../domain/card/charge/decide.ts";
import type { ConfirmedEntry } from "../../domain/card/entry.ts";
import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { PAYMENT_GIVEN_UP } from "../../domain/policies.ts";
import { iso, SECOND } from "../../domain/time.ts";
import type { PaymentAnswer } from "../../integrations/ports.ts";
import { businessNow } from "../businessClock.ts";
import type { Executed } from "../executor.ts";
import type { Services } from "../services.ts";
import type { CommandMeta } from "../streams.ts";
import { forgetReference, referenceOf } from "./references.ts";
import { type AskedOfPayment, claimPayment, releasePayment, type TryLine } from "./tries.ts";

/**
 * Brings one payment on. Whoever requested the charge sends it once; everybody else, whenever they come and whoever died
 * before, inquires by the key first. So nothing is charged twice, also where an acquirer forgot what a key means.
 */

export interface PaymentId {
  readonly cardId: string;
  readonly accessId: string;
}

interface How {
  /** Milliseconds for each question. */
  readonly within: number;
  /** By whoever has just written that it is to be charged: nobody can have sent it. */
  readonly isFirst?: boolean;
  /** Also of what was given up; and now, whenever it is due. A person asks. */
  readonly isAsked?: boolean;
}

/** There is time: nobody waits for it. */
export const PAYMENT_WITHIN_MS = 5 * SECOND;
const NO_REFERENCE = "NO_REFERENCE";

/** A charge, what goes back of it, and what went back before: more of them wait for the next round. */
const MOST_STEPS = 4;

/** False where it is another's, or not due. */
export async function settlePayment(services: Services, id: PaymentId, how: How): Promise<boolean> {
  const tries = await claimPayment(services, id.accessId, { anyway: how.isAsked === true });
  if (tries === null) return false;
  const run = new Settling(services, id, how);
  let problem: string | null = "FAILED";
  try {
    problem = await run.settle();
  } finally {
    await releasePayment(services, id.accessId, { tries, problem, lines: run.lines });
  }
  return true;
}

class Settling {
  readonly lines: TryLine[] = [];
  readonly #services: Services;
  readonly #id: PaymentId;
  readonly #how: How;

  constructor(services: Services, id: PaymentId, how: How) {
    this.#services = services;
    this.#id = id;
    this.#how = how;
  }

  /** Why it is not settled; null: it is, or waits for a person. */
  async settle(): Promise<string | null> {
    const { accessId } = this.#id;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const found = chargedEntry(await this.#state(), accessId);
      if (found === null) return null;
      const { entry, charge } = found;
      const given = this.#how.isAsked === true ? withoutGivenUp(charge) : charge;
      const [step] = openSteps(given);
      if (step === undefined) {
        await forgetReference(this.#services, accessId);
        return null;
      }
      const answer =
        step.key === charge.key
          ? await this.#askForCharge(entry, charge)
          : await this.#askForRefund(charge, step);
      const why = answer === null ? await this.#giveUp(step, NO_REFERENCE) : await this.#hear(step, answer);
      if (why !== null) return why;
    }
    return "MORE_TO_ASK";
  }

  async #state(): Promise<CardState> {
    return (await this.#services.streams.card.refresh(cardStream(this.#id.cardId))).state;
  }

  /** Null where there is nothing to charge it by. */
  async #askForCharge(entry: ConfirmedEntry, charge: Charge): Promise<Told | null> {
    const { acquirer } = this.#services;
    const { within, isFirst = false } = this.#how;
    const { key, amount } = charge;
    // What was not charged must not be any more: it tells as well what was.
    if (dueOfCharge(entry) === null) {
      return await this.#ask("CHARGE_VOID", true, async () => await acquirer.voidCharge(key, within));
    }
    if (!isFirst || charge.state !== "REQUESTED" || this.lines.length > 0) {
      const found = await this.#ask(
        "CHARGE_INQUIRY",
        false,
        async () => await acquirer.findCharge(key, within),
      );
      if (found.answer.kind !== "NOT_FOUND") return found;
    }
    const reference = await referenceOf(this.#services, entry.accessId);
    if (reference === null) return null;
    return await this.#ask(
      "CHARGE",
      true,
      async () => await acquirer.charge({ key, reference, amount }, within),
    );
  }

  async #askForRefund({ key: chargeKey }: Charge, { key, amount }: Charge | Refund): Promise<Told> {
    const { acquirer } = this.#services;
    const { within } = this.#how;
    const refund = { key, chargeKey, amount };
    const found = await this.#ask(
      "REFUND_INQUIRY",
      false,
      async () => await acquirer.findRefund(refund, within),
    );
    if (found.answer.kind !== "NOT_FOUND") return found;
    return await this.#ask("REFUND", true, async () => await acquirer.refund(refund, within));
  }

  async #ask(
    asked: AskedOfPayment,
    mayBeDone: boolean,
    question: () => Promise<PaymentAnswer>,
  ): Promise<Told> {
    const at = iso(this.#services.now());
    const answer = await question();
    this.lines.push({
      ...{ at, asked, answer: answer.kind },
      responseCode: "responseCode" in answer ? answer.responseCode : null,
      why: "why" in answer ? answer.why : null,
    });
    return { answer, mayBeDone };
  }

  /** Why nothing was learned; null where something was. */
  async #hear(step: Charge | Refund, { answer, mayBeDone }: Told): Promise<string | null> {
    const { key, requestedAt } = step;
    const { accessId } = this.#id;
    const now = await businessNow(this.#services);
    switch (answer.kind) {
      case "APPROVED":
      case "DECLINED":
      case "VOIDED": {
        const { kind: outcome, responseCode } = answer;
        await this.#tell(key, "settled", {
          ...{ type: "HearOfPayment", accessId, key, now },
          told: { outcome, responseCode },
        });
        return null;
      }
      case "NOT_FOUND":
      case "NOT_DONE":
      case "UNKNOWN": {
        const why = answer.kind === "NOT_FOUND" ? "BAD_ANSWER" : answer.why;
        if (answer.kind === "UNKNOWN" && mayBeDone) {
          const told = { outcome: "UNKNOWN" as const, why };
          await this.#tell(key, "unknown", { type: "HearOfPayment", accessId, key, now, told });
        }
        this.#services.logger.warn({ accessId, key, why }, "a payment could not be settled yet");
        return now - requestedAt < PAYMENT_GIVEN_UP ? why : await this.#giveUp(step, why);
      }
    }
  }

  async #giveUp({ key }: Charge | Refund, why: string): Promise<string> {
    const now = await businessNow(this.#services);
    const { accessId } = this.#id;
    await this.#tell(key, "given up", { type: "GiveUpPayment", accessId, key, why, now });
    return why;
  }

  async #tell(
    key: string,
    operation: string,
    command: CardCommand,
  ): Promise<Executed<CardState, CardEvent, CardRefusal>> {
    const { cardId, accessId } = this.#id;
    const meta: CommandMeta = {
      actor: { kind: "system", id: "payments" },
      ...{ correlationId: accessId, causationId: "payments", recordedAt: this.#services.now() },
      identity: { caller: "payments", operation, requestId: key },
    };
    const done = await this.#services.executor.execute(this.#services.streams.card, {
      ...{ stream: cardStream(cardId), meta },
      decide: (state) => card.decide(state, command),
    });
    if (done.kind === "refused") throw new Error(`${key}: ${done.refusal.code}`);
    return done;
  }
}

interface Told {
  readonly answer: PaymentAnswer;
  /** It was asked to do something, and not only what it had done. */
  readonly mayBeDone: boolean;
}

function withoutGivenUp(charge: Charge): Charge {
  return {
    ...charge,
    givenUp: false,
    refunds: charge.refunds.map((one) => ({ ...one, givenUp: false })),
  };
}
