import { type StreamKind, typesOf } from "../streamKind.ts";
import { rulesetEvent, type RulesetEvent } from "./events.ts";
import { ruleset, type RulesetState } from "./stream.ts";

export const rulesetKind: StreamKind<RulesetState, RulesetEvent> = {
  decider: ruleset,
  event: rulesetEvent,
  types: typesOf(rulesetEvent),
};
