/**
 * The shape of every stream's logic: a state folded from events, and a decision that turns a command
 * into new events or into a refusal. Both are pure; time and ids come in as part of the command.
 */

/** What a command comes to. An accepted command that changes nothing has no events. */
export type Decision<Event, Refusal> =
  | { readonly kind: "accepted"; readonly events: readonly Event[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface Decider<State, Event, Command, Refusal> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (state: State, command: Command) => Decision<Event, Refusal>;
}

export function accept<Event>(...events: readonly Event[]): {
  readonly kind: "accepted";
  readonly events: readonly Event[];
} {
  return { kind: "accepted", events };
}

export function refuse<Refusal>(refusal: Refusal): { readonly kind: "refused"; readonly refusal: Refusal } {
  return { kind: "refused", refusal };
}

export function fold<State, Event>(
  decider: { readonly evolve: (state: State, event: Event) => State },
  state: State,
  events: readonly Event[],
): State {
  return events.reduce(decider.evolve, state);
}

/** The revisions one of which the caller has seen (`If-Match`); null for any. */
export type Expected = number | readonly number[] | null;

export function isExpected(expected: Expected, revision: number): boolean {
  return (
    expected === null || (typeof expected === "number" ? expected === revision : expected.includes(revision))
  );
}
