import type { z } from "zod";
import type { Decider } from "./decider.ts";

/** Data of one version to data of the next. Pure: the same bytes must mean the same for ever. */
export type Upcaster = (data: unknown) => unknown;

/**
 * By event type the steps from its versions to the next ones: the first from 1 to 2, and so on. A type that never changed
 * has none. What changes what is decided is a new version, so that an older release refuses to decide on it; a member that
 * only says more is not: older releases pass over it.
 */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

export interface StreamEvent {
  readonly type: string;
  readonly data: { readonly at: string };
}

/** How a state is kept as a text between reads. */
export interface SnapshotForm<State> {
  /** Of the fold and of the text: snapshots of other versions are not read. */
  readonly version: number;
  /** How many events pass before the next one is written. */
  readonly every: number;
  write(state: State): string;
  /** Yields where others may have a turn: reading may take longer than anybody should wait. */
  read(text: string): Generator<undefined, State>;
}

/** What an event's identity is made of: same caller, operation and id are the same event, stored once. */
export interface Identity {
  readonly caller: string;
  readonly operation: string;
  readonly requestId: string;
}

/** A kind of stream: what stands in it, and how that is folded. Listed once, in `streams.ts`. */
export interface StreamKind<State, Event extends StreamEvent> {
  readonly decider: Pick<Decider<State, Event, never, unknown>, "initial" | "evolve">;
  /** What is stored, as it was of its time: no refinement, no default. */
  readonly event: z.ZodType<Event>;
  readonly types: readonly string[];
  readonly upcasters?: Upcasters;
  /** Where its streams grow long. */
  readonly snapshots?: SnapshotForm<State>;
  /** For events that are the same whoever writes them; null: the command's identity counts. */
  readonly identityOf?: (event: Event) => Identity | null;
}

/** The types of a discriminated union of events. */
export function typesOf(union: {
  readonly options: readonly { readonly shape: { readonly type: { readonly value: string } } }[];
}): readonly string[] {
  return union.options.map((option) => option.shape.type.value);
}
