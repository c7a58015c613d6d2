import { expect } from "vitest";
import { type Decider, fold } from "../../../src/domain/decider.ts";

/**
 * Given what has happened, when this is asked for, then that happens (or is refused, or nothing is
 * left to do). `given` takes commands as well as events, so that a history is one that can be.
 */
export interface Scenario<State, Event, Command, Refusal> {
  readonly state: State;
  readonly given: (...events: readonly Event[]) => Scenario<State, Event, Command, Refusal>;
  /** A command of the past: it has to have been accepted. */
  readonly after: (...commands: readonly Command[]) => Scenario<State, Event, Command, Refusal>;
  readonly when: (command: Command) => Outcome<State, Event, Refusal>;
}

export interface Outcome<State, Event, Refusal> {
  /** Exactly these events, in members that are named. */
  readonly then: (...events: readonly unknown[]) => Outcome<State, Event, Refusal>;
  readonly thenNothing: () => Outcome<State, Event, Refusal>;
  readonly thenRefused: (refusal: unknown) => Outcome<State, Event, Refusal>;
  readonly events: readonly Event[];
  /** With the new events in it. */
  readonly state: State;
}

export function scenario<State, Event, Command, Refusal>(
  decider: Decider<State, Event, Command, Refusal>,
  state: State = decider.initial,
): Scenario<State, Event, Command, Refusal> {
  return {
    state,
    given: (...events) => scenario(decider, fold(decider, state, events)),
    after: (...commands) =>
      scenario(
        decider,
        commands.reduce((before, command) => {
          const decision = decider.decide(before, command);
          if (decision.kind === "refused") throw new Error(`refused: ${JSON.stringify(decision.refusal)}`);
          return fold(decider, before, decision.events);
        }, state),
      ),
    when: (command) => {
      const decision = decider.decide(state, command);
      const events = decision.kind === "accepted" ? decision.events : [];
      const outcome: Outcome<State, Event, Refusal> = {
        events,
        state: fold(decider, state, events),
        then: (...expected) => {
          expect(decision).toMatchObject({ kind: "accepted", events: expected });
          return outcome;
        },
        thenNothing: () => {
          expect(decision).toEqual({ kind: "accepted", events: [] });
          return outcome;
        },
        thenRefused: (refusal) => {
          expect(decision).toMatchObject({ kind: "refused", refusal });
          return outcome;
        },
      };
      return outcome;
    },
  };
}
