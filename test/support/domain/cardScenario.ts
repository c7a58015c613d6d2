import { card, type CardCommand, type CardRefusal } from "../../../src/domain/card/card.ts";
import { type CheckEntry, checkEntry } from "../../../src/domain/card/check.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import type { CardState } from "../../../src/domain/card/state.ts";
import { compileRuleset, type CompiledRuleset } from "../../../src/domain/ruleset/evaluate/compile.ts";
import type { RulesetInput } from "../../../src/domain/ruleset/input.ts";
import { checkOf } from "./commands.ts";
import { portfolioOf, versionOf } from "./fixtures.ts";
import { type Scenario, scenario } from "./givenWhenThen.ts";

type CardScenario = Scenario<CardState, CardEvent, CardCommand, CardRefusal>;

/** A card and one ruleset that applies to it. */
export interface Programme {
  readonly ruleset: CompiledRuleset;
  readonly check: (rest?: Partial<CheckEntry>) => CheckEntry;
  /** The card after taps that were granted. */
  readonly granted: (...checks: readonly Partial<CheckEntry>[]) => CardScenario;
}

export function programme(input: Partial<RulesetInput> = {}): Programme {
  const version = versionOf(input);
  const portfolio = portfolioOf(version);
  const check = (rest: Partial<CheckEntry> = {}): CheckEntry => checkOf({ portfolio, ...rest });
  return {
    ruleset: compileRuleset(version),
    check,
    granted: (...checks) => checks.reduce((before, one) => tap(before, check(one)), scenario(card)),
  };
}

/** A tap that has to be granted. */
export function tap(before: CardScenario, command: CheckEntry): CardScenario {
  const events = eventsOf(before.state, command);
  if (!events.some((event) => event.type === "EntryGranted"))
    throw new Error(`not granted: ${JSON.stringify(events)}`);
  return before.given(...events);
}

export function eventsOf(state: CardState, command: CheckEntry): readonly CardEvent[] {
  const decision = checkEntry(state, command);
  if (decision.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(decision)}`);
  return decision.events;
}
