import { z } from "zod";
import { Instants } from "../instants.ts";
import { PersistentMap } from "../persistentMap.ts";
import { LATE_CONFIRM_ENDS } from "../policies.ts";
import { type Instant, instant } from "../time.ts";
import type { QuotaEvent } from "./events.ts";

/** A place of a visit that has not been confirmed yet. */
export interface OpenPlace {
  /** Places the visit in windows. */
  readonly at: Instant;
  readonly cardId: string;
  readonly attemptKey: string;
}

/**
 * The fold of a budget's stream. Every visit's instant is kept, for a later version may count over any window; ids only as
 * long as somebody may still name them: those that are open, and those of the last two eras.
 */
export interface QuotaState {
  readonly events: number;
  readonly lastAt: Instant;
  readonly open: PersistentMap<OpenPlace>;
  /** Which era `lastAt` lies in. */
  readonly era: number;
  /** By access id, where a visit that took place in this era, or the one before, stands. */
  readonly current: PersistentMap<Instant>;
  readonly previous: PersistentMap<Instant>;
  /** Older visits that were given back: that happens once. */
  readonly givenBack: PersistentMap<true>;
  /** How many times visits from before the budget were carried over. */
  readonly carried: number;
  /** The instants of all places, open or not, ascending: what windows are counted over. */
  readonly instants: Instants;
}

const ERA = 2 * LATE_CONFIRM_ENDS;

export const initialQuota: QuotaState = {
  events: 0,
  lastAt: 0,
  open: PersistentMap.empty(),
  era: 0,
  current: PersistentMap.empty(),
  previous: PersistentMap.empty(),
  givenBack: PersistentMap.empty(),
  carried: 0,
  instants: Instants.none,
};

/** Where a visit that took place stands; undefined where it did not, or is not told apart any more. */
export function committedAt(state: QuotaState, accessId: string): Instant | undefined {
  return state.current.get(accessId) ?? state.previous.get(accessId);
}

/**
 * Whether a visit granted then may have been confirmed before the eras that are remembered by id. It can't be confirmed
 * for the first time any more: an era is longer than a confirmation may be late.
 */
export function isForgotten(state: QuotaState, visitAt: Instant): boolean {
  return visitAt < (state.era - 1) * ERA;
}

export function evolveQuota(before: QuotaState, event: QuotaEvent): QuotaState {
  const state = inEra({ ...before, events: before.events + 1 }, instant(event.data.at));
  switch (event.type) {
    case "QuotaReserved": {
      const { accessId, cardId, attemptKey } = event.data;
      const at = instant(event.data.at);
      const isHeld = placeOf(before, accessId) !== undefined;
      const instants = isHeld ? state.instants : state.instants.with(at);
      return { ...state, open: state.open.set(accessId, { at, cardId, attemptKey }), instants };
    }
    case "QuotaCommitted": {
      const { accessId } = event.data;
      const held = placeOf(before, accessId);
      // It stays where it was reserved: moved into another window it could pass that one's limit.
      const at = held ?? instant(event.data.visitAt);
      return {
        ...state,
        open: state.open.delete(accessId),
        current: state.current.set(accessId, at),
        instants: held === undefined ? state.instants.with(at) : state.instants,
      };
    }
    case "QuotaReleased":
      return released(state, event.data, placeOf(before, event.data.accessId));
    case "QuotaCarriedOver": {
      let { current, instants } = state;
      for (const { accessId, visitAt } of event.data.visits) {
        const at = instant(visitAt);
        instants = instants.with(at);
        if (!isForgotten(state, at)) current = current.set(accessId, at);
      }
      return { ...state, current, instants, carried: state.carried + 1 };
    }
  }
}

function released(
  state: QuotaState,
  { accessId, visitAt }: Extract<QuotaEvent, { type: "QuotaReleased" }>["data"],
  held: Instant | undefined,
): QuotaState {
  if (held !== undefined) {
    return {
      ...state,
      open: state.open.delete(accessId),
      current: state.current.delete(accessId),
      previous: state.previous.delete(accessId),
      instants: state.instants.without(held),
    };
  }
  if (visitAt === undefined) return state;
  // Its place was taken at this instant or, where the grant was decided twice, a moment before.
  return {
    ...state,
    givenBack: state.givenBack.set(accessId, true),
    instants: state.instants.without(instant(visitAt)),
  };
}

function placeOf(state: QuotaState, accessId: string): Instant | undefined {
  return state.open.get(accessId)?.at ?? committedAt(state, accessId);
}

function inEra(state: QuotaState, at: Instant): QuotaState {
  const lastAt = Math.max(state.lastAt, at);
  const era = Math.floor(lastAt / ERA);
  if (era === state.era) return { ...state, lastAt };
  const previous = era === state.era + 1 ? state.current : PersistentMap.empty<Instant>();
  return { ...state, lastAt, era, current: PersistentMap.empty(), previous };
}

const stored = z.object({
  events: z.number(),
  lastAt: z.number(),
  open: z.array(z.tuple([z.string(), z.number(), z.string(), z.string()])),
  era: z.number(),
  current: z.string(),
  previous: z.string(),
  givenBack: z.array(z.string()),
  carried: z.number(),
  instants: z.array(z.string()),
});

/** So many entries are read at once. */
const SLICE = 2_000;
const RADIX = 36;

/**
 * A disposable cache of the fold. `version` is raised whenever `evolveQuota` or the shape changes: older snapshots are
 * then not read.
 */
export const quotaSnapshots = {
  version: 1,
  every: 2_048,
  write: (state: QuotaState): string => {
    const { events, lastAt, era, carried } = state;
    return JSON.stringify({
      events,
      lastAt,
      era,
      carried,
      open: [...state.open.entries()].map(([id, { at, cardId, attemptKey }]) => [id, at, cardId, attemptKey]),
      current: textOf(state.current),
      previous: textOf(state.previous),
      givenBack: [...state.givenBack.entries()].map(([id]) => id),
      instants: state.instants.toTexts(),
    });
  },
  *read(text: string): Generator<undefined, QuotaState> {
    const { open, current, previous, givenBack, instants, ...rest } = stored.parse(JSON.parse(text));
    yield;
    return {
      ...rest,
      open: yield* mapOf(open, ([id, at, cardId, attemptKey]) => [id, { at, cardId, attemptKey }]),
      current: yield* mapOf(entriesIn(current), entryOf),
      previous: yield* mapOf(entriesIn(previous), entryOf),
      givenBack: yield* mapOf(givenBack, (id) => [id, true]),
      instants: Instants.fromTexts(instants),
    };
  },
};

/** Ids have no blank in them, and instants no comma. */
function textOf(places: PersistentMap<Instant>): string {
  return [...places.entries()].map(([id, at]) => `${at.toString(RADIX)} ${id}`).join(",");
}

function entriesIn(text: string): readonly string[] {
  return text === "" ? [] : text.split(",");
}

function entryOf(text: string): readonly [string, Instant] {
  const blank = text.indexOf(" ");
  return [text.slice(blank + 1), Number.parseInt(text.slice(0, blank), RADIX)];
}

function* mapOf<Item, Value>(
  items: readonly Item[],
  entry: (item: Item) => readonly [string, Value],
): Generator<undefined, PersistentMap<Value>> {
  let map = PersistentMap.empty<Value>();
  for (const [index, item] of items.entries()) {
    if (index % SLICE === SLICE - 1) yield;
    map = map.set(...entry(item));
  }
  return map;
}
