import type {
  ExternalAnswer,
  VerificationAnswer,
  VerificationMethod,
} from "../domain/ruleset/evaluate/facts.ts";

/**
 * What a decision may have to ask outside. The core says that it needs an answer, the shell asks here.
 * A ruleset that wants one of these can't be published while no adapter is connected.
 */

/** Rules kept elsewhere (the source document's "RPM ruleset"). */
export interface ExternalRules {
  /** `UNAVAILABLE` for no answer in time: what that means is the ruleset's `onFailure`. Never throws. */
  ask(question: {
    readonly ruleId: string;
    readonly cardId: string;
    readonly locationId: string;
  }): Promise<ExternalAnswer>;
}

/** The acquirer, who verifies a card by account status inquiry or by an amount. */
export interface Acquirer {
  /** `outcome: "UNAVAILABLE"` for no answer in time. Never throws. */
  verify(question: {
    readonly method: VerificationMethod;
    readonly cardId: string;
    readonly pan: string;
    readonly expiry: string | null;
  }): Promise<VerificationAnswer>;
}

/** No adapter is connected: every question is answered by its absence. */
export const noExternalRules: ExternalRules = { ask: () => Promise.resolve("UNAVAILABLE") };

export const noAcquirer: Acquirer = {
  verify: ({ method }) => Promise.resolve({ method, outcome: "UNAVAILABLE", responseCode: null }),
};
