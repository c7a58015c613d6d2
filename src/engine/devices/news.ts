import { commandStream } from "../../domain/command/events.ts";
import { type CommandLife, statusAt } from "../../domain/command/life.ts";
import type { EventLog } from "../../eventlog/log.ts";
import { Wakeup } from "../../eventlog/waiting.ts";
import { FeedEvent } from "../../projections/events.ts";
import { clockOffset } from "../businessClock.ts";
import type { Patience } from "../patience.ts";
import type { Services } from "../services.ts";

/** What an instance hears of commands and terminals, whichever instance wrote it. */

export interface Heard {
  /** A command was written for this device. */
  readonly queued: (serialNumber: string, commandId: string) => void;
  /** Something of this terminal was changed. */
  readonly changed: (serialNumber: string) => void;
}

/** However the news travel, they are looked for again after so long. */
const LOOK_AGAIN_MS = 1_000;

/** One feed of the log an instance. It begins with the first device, or with the first who waits for one. */
export class DeviceNews {
  readonly #services: Services;
  readonly #heard: Heard;
  readonly #ending = new AbortController();
  readonly #waiting = new Map<string, { readonly bell: Wakeup; count: number }>();
  #running: Promise<void> | null = null;
  #begun: Promise<void> | null = null;

  constructor(services: Services, heard: Heard) {
    this.#services = services;
    this.#heard = heard;
  }

  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** From when it resolves nothing is missed. */
  async begin(): Promise<void> {
    this.#begun ??= this.#services.log.head().then((head) => {
      this.#running = this.#run(this.#services.log, head);
    });
    try {
      await this.#begun;
    } catch (error) {
      this.#begun = null;
      throw error;
    }
  }

  /** What a command has come to, or what it is after so many milliseconds, or when nobody waits any more. */
  async whenOver(commandId: string, ms: number, patience: Patience): Promise<CommandLife | null> {
    await this.begin();
    const { services, bell } = { services: this.#services, bell: this.#bellOf(commandId) };
    const until = performance.now() + ms;
    try {
      for (;;) {
        const seen = bell.rings;
        const { state } = await services.streams.command.refresh(commandStream(commandId));
        const left = until - performance.now();
        if (state === null || left <= 0 || patience.isOver() || this.#ending.signal.aborted) return state;
        const now = services.now() + (await clockOffset(services));
        const status = statusAt(state, now);
        if (status !== "QUEUED" && status !== "DISPATCHED") return state;
        await bell.wait(seen, Math.min(left, LOOK_AGAIN_MS), this.#ending.signal);
      }
    } finally {
      this.#leave(commandId);
    }
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  #bellOf(commandId: string): Wakeup {
    const known = this.#waiting.get(commandId) ?? { bell: new Wakeup(), count: 0 };
    known.count += 1;
    this.#waiting.set(commandId, known);
    return known.bell;
  }

  #leave(commandId: string): void {
    const known = this.#waiting.get(commandId);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count === 0) this.#waiting.delete(commandId);
  }

  async #run(log: EventLog, after: string): Promise<void> {
    const prefixes = ["command-", "terminal-"];
    for await (const batch of log.subscribe({ after, prefixes, signal: this.#ending.signal })) {
      for (const recorded of batch) this.#take(new FeedEvent(recorded));
    }
  }

  #take(feed: FeedEvent): void {
    const { stream, type } = feed.recorded;
    if (feed.kind === "terminal") {
      this.#heard.changed(stream.slice("terminal-".length));
      return;
    }
    const commandId = stream.slice("command-".length);
    if (type === "CommandQueued") {
      const serialNumber = serialOf(feed);
      if (serialNumber !== null) this.#heard.queued(serialNumber, commandId);
    }
    this.#waiting.get(commandId)?.bell.ring();
  }
}

/** Null for what is not understood here: whoever reads the stream says so. */
function serialOf(feed: FeedEvent): string | null {
  try {
    const { kind, event } = feed.read("command");
    return kind === "command" && event.type === "CommandQueued" ? event.data.serialNumber : null;
  } catch {
    return null;
  }
}
