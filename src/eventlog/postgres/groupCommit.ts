import {
  type AppendResult,
  type EventData,
  type ExpectedRevision,
  LogBusyError,
  LogUnavailableError,
} from "../log.ts";
import { translate } from "./errors.ts";

/** One append on its way to the server. */
export interface PendingAppend {
  readonly stream: string;
  readonly events: readonly EventData[];
  readonly expected: ExpectedRevision;
  readonly bytes: number;
}

export interface GroupCommitOptions {
  /**
   * Stores a group; fills in one result an append, by its place in the group. When it fails, nothing is stored of
   * those that have no result.
   */
  readonly send: (group: readonly PendingAppend[], results: (AppendResult | undefined)[]) => Promise<void>;
  /** Groups on their way at the same time. */
  readonly maxInFlight: number;
  /** Most appends in one group. */
  readonly maxGroup: number;
  /** Most bytes of bodies in one group (a single append may exceed it). */
  readonly maxGroupBytes: number;
  /** Most appends that wait. */
  readonly maxQueue: number;
  /** An append that waited longer than this for its turn is given up, unsent. Milliseconds. */
  readonly deadlineMs: number;
}

const UNANSWERED = "the server answered for fewer appends than it was sent";
const SMALL_GROUP = 16;

interface Waiting extends PendingAppend {
  readonly since: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the appends that arrive while others are on their way, and sends them together.
 * No append waits for company: a group leaves as soon as there is room. Appends to one stream are judged in order.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #queue: Waiting[] = [];
  #inFlight = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];
  readonly #busyStreams = new Set<string>();
  #lastSize = 0;
  groupsSent = 0;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** @throws LogBusyError at once when the queue is full */
  append(append: PendingAppend): Promise<AppendResult> {
    if (this.#queue.length >= this.#options.maxQueue) {
      return Promise.reject(new LogBusyError(`${this.#queue.length} appends wait already`));
    }
    if (this.#inFlight === 0 && this.#queue.length === 0 && this.#lastSize === 1) {
      return this.#sendAlone(append);
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ since: performance.now(), resolve, reject, ...append });
      this.#schedule();
    });
  }

  /** Resolves when nothing waits and nothing is on its way. */
  drained(): Promise<void> {
    if (this.#queue.length === 0 && this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** A lone writer has nobody to wait for, and nothing to be sorted out of. */
  async #sendAlone(append: PendingAppend): Promise<AppendResult> {
    this.#inFlight += 1;
    this.#busyStreams.add(append.stream);
    this.groupsSent += 1;
    const results: (AppendResult | undefined)[] = [];
    try {
      await this.#options.send([append], results);
    } catch (error) {
      throw translate(error);
    } finally {
      this.#ended([append]);
    }
    const [result] = results;
    if (result === undefined) throw new Error(UNANSWERED);
    return result;
  }

  // After the I/O callbacks of this turn: the answers of one group wake many writers, whose next
  // appends then leave together instead of the first one alone.
  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0 || this.#inFlight >= this.#options.maxInFlight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    this.#giveUpLate();
    while (this.#inFlight < this.#options.maxInFlight && this.#queue.length > 0) {
      const group = this.#takeGroup();
      if (group.length === 0) return;
      this.#inFlight += 1;
      this.#lastSize = group.length;
      for (const { stream } of group) this.#busyStreams.add(stream);
      void this.#send(group);
    }
  }

  async #send(group: readonly Waiting[]): Promise<void> {
    const answers = await this.#settle(group);
    this.#ended(group);
    for (const answer of answers) answer();
  }

  /** Its room is free before its writers go on. */
  #ended(group: readonly PendingAppend[]): void {
    this.#inFlight -= 1;
    for (const { stream } of group) this.#busyStreams.delete(stream);
    this.#schedule();
    if (this.#queue.length === 0 && this.#inFlight === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  #giveUpLate(): void {
    const oldest = performance.now() - this.#options.deadlineMs;
    if ((this.#queue[0]?.since ?? Number.POSITIVE_INFINITY) >= oldest) return;
    const late = this.#queue.filter((append) => append.since < oldest);
    this.#queue = this.#queue.filter((append) => append.since >= oldest);
    for (const append of late)
      append.reject(new LogUnavailableError("the event log did not get to this append in time"));
  }

  // What waits is shared out among the groups that may leave now: while the server works on one, the writers of
  // another go on. Small shares are not worth a commit each.
  #share(): number {
    const { maxGroup, maxInFlight } = this.#options;
    const share = Math.ceil(this.#queue.length / (maxInFlight - this.#inFlight));
    return Math.min(maxGroup, Math.max(share, SMALL_GROUP));
  }

  // A stream is in one group at a time: two would wait for each other at the server, and might be judged
  // in the wrong order. An id that is in the group already waits for the next one, where it is found
  // stored; and what follows it on its stream waits behind it.
  #takeGroup(): Waiting[] {
    const { maxGroupBytes } = this.#options;
    const maxGroup = this.#share();
    const group: Waiting[] = [];
    const later: Waiting[] = [];
    const keys = new Set<string>();
    const heldBack = new Set(this.#busyStreams);
    let bytes = 0;
    let index = 0;
    for (; index < this.#queue.length && group.length < maxGroup; index += 1) {
      const append = this.#queue[index];
      if (append === undefined || (group.length > 0 && bytes + append.bytes > maxGroupBytes)) break;
      const ids = append.events.map((event) => `${event.id} ${append.stream}`);
      if (heldBack.has(append.stream) || ids.some((id) => keys.has(id))) {
        heldBack.add(append.stream);
        later.push(append);
        continue;
      }
      for (const id of ids) keys.add(id);
      bytes += append.bytes;
      group.push(append);
    }
    this.#queue = later.concat(this.#queue.slice(index));
    return group;
  }

  /** Sends the group until each of its appends has an outcome; answers how to tell them. Never fails. */
  async #settle(group: readonly Waiting[]): Promise<readonly (() => void)[]> {
    const results = new Array<AppendResult | undefined>(group.length).fill(undefined);
    let error: unknown = new Error(UNANSWERED);
    let failed = false;
    try {
      this.groupsSent += 1;
      await this.#options.send(group, results);
    } catch (thrown) {
      error = translate(thrown);
      failed = true;
    }
    const answers: (() => void)[] = [];
    const without: Waiting[] = [];
    for (const [index, append] of group.entries()) {
      const result = results[index];
      if (result === undefined) without.push(append);
      else answers.push(() => append.resolve(result));
    }
    if (without.length === 0) return answers;
    if (!failed || without.length === 1 || error instanceof LogUnavailableError) {
      for (const append of without) answers.push(() => append.reject(error));
      return answers;
    }
    // Something in it is bad for the server, and nothing of these is stored: find it, and let the others through.
    const middle = without.length >> 1;
    for (const part of [without.slice(0, middle), without.slice(middle)]) {
      answers.push(...(await this.#settle(part)));
    }
    return answers;
  }
}
