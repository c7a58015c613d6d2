import type { Random } from "../support/domain/random.ts";
import type { Weather } from "./faults.ts";
import type { Life } from "./life.ts";
import { digest, Trace } from "./trace.ts";
import type { Timer, VirtualTime } from "./virtualTime.ts";

export type Kind = "sql" | "append" | "read" | "feed";

/** An operation that an instance waits for: done when the scheduler says so, and not before. */
export interface Operation {
  readonly life: Life;
  readonly kind: Kind;
  readonly label: string;
  readonly run: () => Promise<unknown>;
  /** What the caller sees when the request or the reply is lost; absent where neither can be. */
  readonly unavailable?: () => Promise<Error>;
  /** What of the outcome the trace shows; all of it when absent. */
  readonly shown?: (value: unknown) => unknown;
  /** Whether it can be done now; absent for always. */
  readonly ready?: () => boolean;
}

interface Ticket extends Operation {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  notBefore: number;
  wasSlow: boolean;
}

const nextTurn = setImmediate;
const TURNS = 3;
/** Instants of different instances never meet: each has a remainder of its own (see `Instance`). */
export const TICK_MS = 4;
const MOST_STEPS = 20_000;

/**
 * Runs everything that instances wait for, one operation at a time, in an order that the seed alone decides. Between
 * two operations nothing moves: each is done to its end, its caller hears of it, and all that follows from that ends in
 * new operations.
 */
export class Scheduler {
  readonly trace = new Trace();
  readonly time: VirtualTime;
  readonly weather: Weather;
  readonly #random: Random;
  readonly #tickets = new Set<Ticket>();
  #current: Life | null = null;
  #steps = 0;
  #hurriedUntil = 0;
  /** What starts a new instance where one has died. */
  onDeath: (life: Life) => Promise<void> = () => Promise.resolve();

  constructor(random: Random, time: VirtualTime, weather: Weather) {
    this.#random = random;
    this.time = time;
    this.weather = weather;
  }

  /** Whose code runs at the moment. */
  get current(): Life | null {
    return this.#current;
  }

  get steps(): number {
    return this.#steps;
  }

  perform(operation: Operation): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (operation.life.alive) {
        this.#tickets.add({ ...operation, resolve, reject, notBefore: 0, wasSlow: false });
      }
    });
  }

  /** Takes an operation back that nobody waits for any more, and answers it with `value`. */
  cancel(life: Life, run: () => Promise<unknown>, value: unknown): void {
    for (const ticket of this.#tickets) {
      if (ticket.life !== life || ticket.run !== run) continue;
      this.#tickets.delete(ticket);
      ticket.resolve(value);
    }
  }

  /** Lets an instance do something, and waits until nothing moves. */
  async enter(life: Life, work: () => void): Promise<void> {
    if (!life.alive) return;
    this.#current = life;
    work();
    await quiet();
    this.#current = null;
  }

  /** Does one thing that can be done. False when there is nothing to do before `until`. */
  async step(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (++this.#steps > MOST_STEPS) throw new Error("the simulation does not come to an end");
    this.time.advance(TICK_MS * this.#random.between(1, 4));
    const timers = this.time.due();
    const tickets = [...this.#tickets].filter(
      (one) => one.notBefore <= this.#steps && one.ready?.() !== false,
    );
    // Read models may be far behind: they often wait while others work.
    const urgent = tickets.filter(({ kind }) => kind !== "feed");
    const leisure = urgent.length > 0 && this.#steps > this.#hurriedUntil && this.#random.chance(0.985);
    const chosen = leisure ? urgent : tickets;
    const place = this.#random.upTo(Math.max(0, chosen.length + timers.length - 1));
    const ticket = chosen[place];
    const timer = timers[place - chosen.length];
    if (ticket !== undefined) await this.#deliver(ticket);
    else if (timer !== undefined) await this.#fire(timer);
    else return this.#skip(until);
    return true;
  }

  async #fire(timer: Timer): Promise<void> {
    this.time.take(timer);
    this.#note(timer.life, "timer", "", "");
    await this.enter(timer.life, timer.fire);
  }

  /** Nothing is ready: time passes until something is. */
  #skip(until: number): boolean {
    if ([...this.#tickets].some((one) => one.notBefore > this.#steps)) return true;
    const at = this.time.nextAt();
    if (at === null || at > until) return false;
    this.time.advance(Math.ceil((at - this.time.now) / TICK_MS) * TICK_MS);
    return true;
  }

  async #deliver(ticket: Ticket): Promise<void> {
    const { life, unavailable } = ticket;
    const fault = this.weather.strike({ canFail: unavailable !== undefined, wasSlow: ticket.wasSlow });
    if (fault === "slow") {
      ticket.notBefore = this.#steps + this.#random.between(10, 150);
      ticket.wasSlow = true;
      return;
    }
    this.#tickets.delete(ticket);
    const { kind, label } = ticket;
    if (fault === "lostRequest" || fault === "crashBefore") {
      this.#note(life, kind, label, fault);
    } else {
      const outcome = await run(ticket);
      this.#note(life, kind, label, `${fault ?? ""} ${outcome.text}`);
      if (fault === null) await this.enter(life, outcome.settle);
    }
    if ((fault === "lostRequest" || fault === "lostReply") && unavailable !== undefined) {
      const error = await unavailable();
      await this.enter(life, () => ticket.reject(error));
    }
    if (fault === "crashBefore" || fault === "crashAfter") await this.crash(life);
  }

  /** The process is gone, with all that it waited for. */
  async crash(life: Life): Promise<void> {
    await this.stop(life);
    await this.onDeath(life);
  }

  async stop(life: Life): Promise<void> {
    for (const ticket of this.#tickets) {
      if (ticket.life === life) this.#tickets.delete(ticket);
    }
    // What it still does while it dies waits for timers that never come. Real ones would, at any moment later.
    this.#current = life;
    await life.end();
    await quiet();
    this.#current = null;
    this.time.forget(life);
  }

  /** All operations of a kind under way fail at once. */
  async fail(kind: Kind): Promise<void> {
    for (const ticket of [...this.#tickets]) {
      const { unavailable } = ticket;
      if (ticket.kind !== kind || unavailable === undefined || !this.#tickets.delete(ticket)) continue;
      const error = await unavailable();
      await this.enter(ticket.life, () => ticket.reject(error));
    }
  }

  /** For so many steps the read models follow as they do when little is to be done. */
  hurryFeeds(steps: number): void {
    this.#hurriedUntil = this.#steps + steps;
  }

  note(line: string): void {
    this.trace.add(`${String(this.#steps)} ${line}`);
  }

  #note(life: Life, kind: string, label: string, outcome: string): void {
    this.note(`+${String(this.time.now % 100_000_000)} ${life.name} ${kind} ${label} ${outcome}`);
  }
}

async function run(ticket: Ticket): Promise<{ readonly text: string; readonly settle: () => void }> {
  try {
    const value = await ticket.run();
    return { text: digest(ticket.shown?.(value) ?? value), settle: () => ticket.resolve(value) };
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { text, settle: () => ticket.reject(error) };
  }
}

/**
 * Until every promise that could go on has gone on. What is asked of the database together waits for the end of a
 * turn, and what is answered together may ask again.
 */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => nextTurn(resolve));
}
