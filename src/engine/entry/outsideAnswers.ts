import type { CheckDecision, CheckEntry } from "../../domain/card/check.ts";
import { OUTSIDE_ANSWER, OUTSIDE_ANSWERS } from "../../domain/policies.ts";
import type { CheckFacts, ExternalAnswer, VerificationAnswer } from "../../domain/ruleset/evaluate/facts.ts";
import type { RuleQuestion, Silence } from "../../integrations/ports.ts";
import { verifyByAmount } from "../amountChecks/verify.ts";
import { keepReference } from "../payments/references.ts";
import type { Services } from "../services.ts";
import type { Attempt } from "./attempt.ts";

/** The attempt that asks. */
export interface Asking extends Pick<Attempt, "accessId" | "cardId"> {
  readonly input: Pick<Attempt["input"], "card">;
}

type Needed = Pick<Services, "db" | "externalRules" | "acquirer" | "now" | "keyring" | "randomBytes">;

interface Scene {
  readonly location: RuleQuestion["location"];
  readonly issuer: CheckFacts["issuer"];
}

type Need = Exclude<Extract<CheckDecision, { kind: "needs" }>["need"], { kind: "budget" }>;

/** Below this nothing is asked any more: no answer would come in time. Milliseconds. */
const LEAST_MS = 50;

/** What was asked outside for this attempt, and what is left to ask. Its time runs from when the attempt began. */
export class OutsideAnswers {
  readonly #services: Needed;
  readonly #attempt: Asking;
  readonly #scene: Scene;
  readonly #began: number;
  readonly #external = new Map<string, ExternalAnswer>();
  #verification: VerificationAnswer | null = null;

  constructor(services: Needed, attempt: Asking, scene: Scene) {
    this.#services = services;
    this.#attempt = attempt;
    this.#scene = scene;
    this.#began = services.now();
  }

  facts(): Pick<CheckEntry["facts"], "externalAnswers" | "verification"> {
    return { externalAnswers: new Map(this.#external), verification: this.#verification };
  }

  /** `generation`: how often the attempt was given up and made again; `at`: business time. */
  async ask(need: Need, generation: number, at: number): Promise<void> {
    const within = Math.min(OUTSIDE_ANSWER, this.#began + OUTSIDE_ANSWERS - this.#services.now());
    const id = `${this.#attempt.accessId}-${String(generation)}`;
    if (need.kind === "externalRule") {
      this.#external.set(need.rulesetId, await this.#askRule(need, `${id}-${need.rulesetId}`, at, within));
    } else {
      this.#verification = await this.#verify(need, `${id}-${need.method}`, within);
    }
  }

  async #askRule(
    { ruleId }: Extract<Need, { kind: "externalRule" }>,
    id: string,
    at: number,
    within: number,
  ): Promise<ExternalAnswer> {
    if (within < LEAST_MS) return { answer: "UNAVAILABLE", reason: "NO_TIME_LEFT" satisfies Silence };
    const { location, issuer } = this.#scene;
    const of =
      issuer === null ? null : { ica: issuer.ica, country: issuer.country, productCode: issuer.productCode };
    const { cardId } = this.#attempt;
    return await this.#services.externalRules.ask({ id, ruleId, cardId, issuer: of, location, at, within });
  }

  async #verify(
    { method, chargesFees }: Extract<Need, { kind: "verification" }>,
    key: string,
    within: number,
  ): Promise<VerificationAnswer> {
    if (within < LEAST_MS) {
      const why: Silence = "NO_TIME_LEFT";
      return { method, outcome: "UNAVAILABLE", responseCode: null, why };
    }
    const { cardId, accessId, input } = this.#attempt;
    const { pan, expiry } = input.card;
    const question = { key, pan, expiry: expiry ?? null, within };
    const { answer, reference } =
      method === "AMOUNT"
        ? await verifyByAmount(this.#services, { cardId, accessId }, question)
        : await this.#services.acquirer.verify({ ...question, method });
    if (chargesFees === undefined || reference === null) return answer;
    await keepReference(this.#services, accessId, reference);
    return { ...answer, isReferenced: true };
  }
}
