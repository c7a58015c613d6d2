import type { Pool } from "pg";
import { LogUnavailableError, type Position, START } from "../eventlog/log.ts";
import { pause, Wakeup, within } from "../eventlog/waiting.ts";
import type { Gauges, Step } from "./carrier.ts";
import { readCheckpoints } from "./checkpoints.ts";
import { DEADLINE_MS } from "./connection.ts";
import type { Projection } from "./projection.ts";

const POLL_MS = 20;

/** How far all read models are, as this instance knows; wakes those who wait for them. */
export class Progress {
  /** How many wait in the thread that this one works for. */
  waitingElsewhere = 0;
  /** Hears of every step that is taken here. */
  onStep: ((step: Step) => void) | undefined;
  /** What the thread that works for this one says of its log. */
  gauges: Gauges = {};
  /** Whether this instance is the one that projects: it knows of every step itself. */
  #leading = false;
  readonly #pool: Pool;
  readonly #projections: readonly Projection[];
  readonly #positions = new Map<string, Position>();
  readonly #failed = new Map<string, string>();
  #failedElsewhere: ReadonlySet<string> = new Set();
  readonly #news = new Wakeup();
  #asking: Promise<void> | undefined;
  #waiting = 0;

  constructor(pool: Pool, projections: readonly Projection[]) {
    this.#pool = pool;
    this.#projections = projections;
  }

  /** Whether this instance is the one that projects. */
  get leads(): boolean {
    return this.#leading;
  }

  /** How many wait here. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether someone waits. */
  get awaited(): boolean {
    return this.#waiting + this.waitingElsewhere > 0;
  }

  take(step: Step): void {
    switch (step.kind) {
      case "passed":
        this.passed(step.name, step.position);
        break;
      case "failed":
        this.failed(step.name, step.error);
        break;
      case "mended":
        this.mended(step.name);
        break;
      case "leading":
        this.lead(step.leading);
        break;
      case "gauges":
        this.gauges = step.gauges;
        break;
    }
  }

  lead(leading: boolean): void {
    if (leading === this.#leading) return;
    this.#leading = leading;
    this.onStep?.({ kind: "leading", leading });
    this.#news.ring();
  }

  passed(name: string, position: Position): void {
    if (position <= this.#positionOf(name)) return;
    this.#positions.set(name, position);
    this.onStep?.({ kind: "passed", name, position });
    this.#news.ring();
  }

  failed(name: string, error: string): void {
    this.#failed.set(name, error);
    this.onStep?.({ kind: "failed", name, error });
    this.#news.ring();
  }

  /** It is tried again. */
  mended(name: string): void {
    this.#failed.delete(name);
    this.onStep?.({ kind: "mended", name });
  }

  /** What stopped a projection here; null if nothing did. */
  errorOf(name: string): string | null {
    return this.#failed.get(name) ?? null;
  }

  /** True once every projection has passed the position; false when the time is over, or one of them will not. */
  async reached(position: Position, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    const { signal } = new AbortController();
    this.#waiting += 1;
    try {
      for (;;) {
        const seen = this.#news.rings;
        if (!this.#isPassed(position) && !this.#leading) await this.#askFor(deadline - performance.now());
        if (this.#isPassed(position)) return true;
        if (this.#isHopeless(position)) return false;
        const left = deadline - performance.now();
        if (left <= 0) return false;
        await this.#news.wait(seen, this.#leading ? left : Math.min(left, POLL_MS), signal);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  #isPassed(position: Position): boolean {
    return this.#projections.every(({ name }) => this.#positionOf(name) >= position);
  }

  #isHopeless(position: Position): boolean {
    const stopped = this.#leading ? this.#failed : this.#failedElsewhere;
    return this.#projections.some(({ name }) => stopped.has(name) && this.#positionOf(name) < position);
  }

  #positionOf(name: string): Position {
    return this.#positions.get(name) ?? START;
  }

  async #askFor(ms: number): Promise<void> {
    const answered = new AbortController();
    try {
      await Promise.race([this.#ask(), pause(ms, answered.signal)]);
    } finally {
      answered.abort();
    }
  }

  /** One question for all that wait. */
  async #ask(): Promise<void> {
    const late = (): Error => new LogUnavailableError("the checkpoints could not be read in time");
    this.#asking ??= within(readCheckpoints(this.#pool), DEADLINE_MS, late)
      .then((checkpoints) => {
        const stopped = [...checkpoints.values()].filter(({ error }) => error !== null);
        this.#failedElsewhere = new Set(stopped.map(({ name }) => name));
        for (const { name, version } of this.#projections) {
          const checkpoint = checkpoints.get(name);
          if (checkpoint?.version === version) this.passed(name, checkpoint.position);
        }
      })
      .finally(() => {
        this.#asking = undefined;
      });
    await this.#asking;
  }
}
