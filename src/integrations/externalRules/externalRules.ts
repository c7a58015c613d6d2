import { z } from "zod";
import { withoutCardNumbers } from "../../domain/cardNumbers.ts";
import type { ExternalAnswer } from "../../domain/ruleset/evaluate/facts.ts";
import type { Answer, OutsideSystem } from "../outside/system.ts";
import type { ExternalRules, RuleQuestion, Silence } from "../ports.ts";

/** Rules kept elsewhere, over HTTP: `docs/contracts/external-rules.openapi.yaml`. */

const REASON_LENGTH = 200;

const says = z.object({
  decision: z.enum(["ALLOW", "DENY"]),
  reason: z.string().nullish(),
});

export class HttpExternalRules implements ExternalRules {
  readonly isConnected = true;
  readonly #system: OutsideSystem;

  constructor(system: OutsideSystem) {
    this.#system = system;
  }

  async ask({ id, ruleId, cardId, issuer, location, at, within }: RuleQuestion): Promise<ExternalAnswer> {
    const answer = await this.#system.ask({
      ...{ asked: "RULE", method: "POST", path: "/v1/decisions", idempotencyKey: null, within, says },
      body: { questionId: id, ruleId, cardId, issuer, location, at: new Date(at).toISOString() },
    });
    return answerOf(answer);
  }
}

function answerOf(answer: Answer<z.output<typeof says>>): ExternalAnswer {
  switch (answer.kind) {
    case "said": {
      const { decision, reason } = answer.value;
      return { answer: decision === "ALLOW" ? "MET" : "NOT_MET", reason: kept(reason ?? "") };
    }
    case "refused":
      return { answer: "UNAVAILABLE", reason: "REFUSED" satisfies Silence };
    case "silent":
      return { answer: "UNAVAILABLE", reason: answer.silence };
  }
}

/** In one line, without what must not be kept. */
function kept(reason: string): string | null {
  const line = withoutCardNumbers(reason.slice(0, 2_000), "[card number removed]")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return line === "" ? null : Array.from(line).slice(0, REASON_LENGTH).join("");
}
