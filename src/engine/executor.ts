import type { Decision } from "../domain/decider.ts";
import type { StreamEvent } from "../domain/streamKind.ts";
import type { Position } from "../eventlog/log.ts";
import { NobodyWaitsError, type Patience } from "./patience.ts";
import type { CommandMeta, Folded, Stored, Streams } from "./streams.ts";

/** How often a command is decided when other instances are faster, unless it says otherwise. */
const MOST_TRIES = 5;

/** Other instances kept winning; nothing was written. The caller may try again. */
export class ContendedError extends Error {
  override readonly name = "ContendedError";
}

/** What an executed command came to. `stored` is empty where nothing had to change. */
export type Executed<State, Event, Refusal> =
  | {
      readonly kind: "done";
      /** `repeated`: the events are those of an earlier time. */
      readonly repeated: boolean;
      readonly stored: readonly Stored<Event>[];
      readonly folded: Folded<State>;
      /** Null where nothing was written. */
      readonly position: Position | null;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly folded: Folded<State> };

/** What a decision has to know, or to have taken, before it can be made. */
export interface Needs<Need> {
  readonly kind: "needs";
  readonly need: Need;
}

type Decided<Event, Refusal, Need> = Decision<Event, Refusal> | Needs<Need>;

export interface Execution<State, Event, Refusal, Need = never> {
  readonly stream: string;
  /** Read at each append. */
  readonly meta: CommandMeta;
  /** Decides on the state as it is now; called again after a conflict, and once a need is satisfied. */
  readonly decide: (
    state: State,
    folded: Folded<State>,
  ) => Decided<Event, Refusal, Need> | Promise<Decided<Event, Refusal, Need>>;
  /** Finds out, or takes, what the decision needs. False: it could not be had, and to decide again is one try more. */
  readonly satisfy?: (need: Need) => Promise<boolean>;
  /** Called before each append with the revision that the stream is about to have. */
  readonly announce?: (revision: number) => Promise<void>;
  /** Decide only on a state at least as new as this revision. */
  readonly atLeast?: number;
  /** How often it is decided when other instances are faster. Default 5. */
  readonly tries?: number;
}

/**
 * Load, fold, decide, append. Commands on one stream wait for each other inside this process; a
 * conflict therefore comes from another instance, and the command is decided again on the new state.
 */
export class Executor {
  readonly #queues = new Map<string, Promise<unknown>>();

  /** @throws ContendedError after as many conflicts as the execution has tries */
  async execute<State, Event extends StreamEvent, Refusal, Need = never>(
    streams: Streams<State, Event>,
    execution: Execution<State, Event, Refusal, Need>,
  ): Promise<Executed<State, Event, Refusal>> {
    const { stream, meta } = execution;
    return await this.inTurn(
      stream,
      async () => await decideUntilItStands(streams, execution),
      meta.patience,
    );
  }

  /**
   * Runs `work` when everything asked before for this stream has ended.
   * @throws NobodyWaitsError where by then nobody waits for it any more
   */
  async inTurn<Result>(stream: string, work: () => Promise<Result>, patience?: Patience): Promise<Result> {
    const before = this.#queues.get(stream) ?? Promise.resolve();
    const begin = async (): Promise<Result> => {
      if (patience?.isOver() === true)
        throw new NobodyWaitsError(`nobody waits for a turn at ${stream} any more`);
      return await work();
    };
    const mine = before.then(begin, begin);
    const over = mine.then(ignore, ignore);
    this.#queues.set(stream, over);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(stream) === over) this.#queues.delete(stream);
    }
  }
}

async function decideUntilItStands<State, Event extends StreamEvent, Refusal, Need>(
  streams: Streams<State, Event>,
  execution: Execution<State, Event, Refusal, Need>,
): Promise<Executed<State, Event, Refusal>> {
  const { stream, decide, satisfy, announce, atLeast, tries = MOST_TRIES } = execution;
  const { patience } = execution.meta;
  let folded = await streams.load(stream, atLeast);
  let isFirst = true;
  for (let tried = 0; tried < tries; ) {
    if (!isFirst && patience?.isOver() === true) throw new NobodyWaitsError(`${stream} kept changing`);
    isFirst = false;
    const decision = await decide(folded.state, folded);
    if (decision.kind === "needs") {
      if (satisfy === undefined) throw new Error(`nobody satisfies what a decision on ${stream} needs`);
      if (!(await satisfy(decision.need))) tried++;
      continue;
    }
    if (decision.kind === "refused" || decision.events.length === 0) {
      // Nothing is written, so that no expected revision has checked the state: read once more before it stands.
      const fresh = await streams.refresh(stream);
      if (fresh.revision === folded.revision) {
        return decision.kind === "refused"
          ? { kind: "refused", refusal: decision.refusal, folded }
          : { kind: "done", repeated: false, stored: [], folded, position: null };
      }
      folded = fresh;
      tried++;
      continue;
    }
    await announce?.(folded.revision + decision.events.length);
    const result = await streams.append(stream, folded, decision.events, execution.meta);
    if (result.outcome !== "conflict") {
      return { kind: "done", repeated: result.outcome === "repeated", ...result };
    }
    folded = await streams.refresh(stream);
    tried++;
  }
  throw new ContendedError(`${stream} changed ${String(tries)} times while a command was decided`);
}

function ignore(): void {
  // Whoever asked for the work hears of its failure; the queue only goes on.
}
