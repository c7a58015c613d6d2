import type { CheckDecision, CheckEntry } from "../../domain/card/check.ts";
import type { ExternalAnswer, VerificationAnswer } from "../../domain/ruleset/evaluate/facts.ts";
import type { Services } from "../services.ts";
import type { Attempt } from "./attempt.ts";

/** What was asked outside for this attempt, and what is left to ask. */
export class OutsideAnswers {
  readonly #services: Services;
  readonly #attempt: Attempt;
  readonly #locationId: string;
  readonly #external = new Map<string, ExternalAnswer>();
  #verification: VerificationAnswer | null = null;

  constructor(services: Services, attempt: Attempt, locationId: string) {
    this.#services = services;
    this.#attempt = attempt;
    this.#locationId = locationId;
  }

  facts(): Pick<CheckEntry["facts"], "externalAnswers" | "verification"> {
    return { externalAnswers: new Map(this.#external), verification: this.#verification };
  }

  async ask(
    need: Exclude<Extract<CheckDecision, { kind: "needs" }>["need"], { kind: "budget" }>,
  ): Promise<void> {
    const { cardId, input } = this.#attempt;
    if (need.kind === "externalRule") {
      const question = { ruleId: need.ruleId, cardId, locationId: this.#locationId };
      this.#external.set(need.rulesetId, await this.#services.externalRules.ask(question));
    } else {
      const { pan, expiry } = input.card;
      const question = { method: need.method, cardId, pan, expiry: expiry ?? null };
      this.#verification = await this.#services.acquirer.verify(question);
    }
  }
}
