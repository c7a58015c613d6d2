import type { Life } from "./life.ts";

export interface Timer {
  readonly life: Life;
  readonly at: number;
  readonly fire: () => void;
}

/**
 * The one clock of a simulation: it moves only when the simulation moves it. While it is installed, timers that an
 * instance sets wait here, and `performance.now()` is answered from here; those of others (the test runner) are real.
 */
export class VirtualTime {
  #now: number;
  #timers: Timer[] = [];
  readonly #handles = new Map<object, Timer>();

  constructor(start: number) {
    this.#now = start;
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** The timers whose time has come, in the order in which they were set. */
  due(): readonly Timer[] {
    return this.#timers.filter(({ life, at }) => life.alive && at <= this.#now);
  }

  /** When the next timer is due; null if nobody waits. */
  nextAt(): number | null {
    const times = this.#timers.filter(({ life }) => life.alive).map(({ at }) => at);
    return times.length === 0 ? null : Math.min(...times);
  }

  take(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  forget(life: Life): void {
    this.#timers = this.#timers.filter((timer) => timer.life !== life);
  }

  /** @param current whose code runs at the moment; null for none of the simulation's. Answers what takes it back. */
  install(current: () => Life | null): () => void {
    const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
    const set = (work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): object => {
      const life = current();
      if (life === null) return real.setTimeout(work, ms, ...given);
      const timer = { life, at: this.#now + Math.max(1, ms), fire: () => work(...given) };
      const handle = { ref: () => handle, unref: () => handle, hasRef: () => true };
      this.#timers.push(timer);
      this.#handles.set(handle, timer);
      return handle;
    };
    const clear = (handle: NodeJS.Timeout | undefined): void => {
      const timer = typeof handle === "object" ? this.#handles.get(handle) : undefined;
      if (timer === undefined) real.clearTimeout(handle);
      else this.take(timer);
    };
    const realNow = performance.now.bind(performance);
    const now = (): number => (current() === null ? realNow() : this.#now);
    const replace = (target: object, name: string, value: unknown): void => {
      Object.defineProperty(target, name, { value, configurable: true, writable: true });
    };
    replace(globalThis, "setTimeout", set);
    replace(globalThis, "clearTimeout", clear);
    replace(performance, "now", now);
    return () => {
      replace(globalThis, "setTimeout", real.setTimeout);
      replace(globalThis, "clearTimeout", real.clearTimeout);
      Reflect.deleteProperty(performance, "now");
    };
  }
}
