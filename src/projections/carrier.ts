import type { Position } from "../eventlog/log.ts";

/** What carries the log into the read models: a `Runner` of this thread, or one in a thread of its own. */
export interface Carrier {
  start(): void;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
  /** A projection that had stopped may go on. */
  retry(name: string): void;
  /** So many wait for what was just appended. */
  awaited(waiting: number): void;
  /** What a log that it has for itself says of its work, name to value; they add to those of the process's own. */
  gauges(): Gauges;
}

export type Gauges = Readonly<Record<string, number>>;

/** What a carrier tells of its work. */
export type Step =
  | { readonly kind: "passed"; readonly name: string; readonly position: Position }
  | { readonly kind: "failed"; readonly name: string; readonly error: string }
  | { readonly kind: "mended"; readonly name: string }
  | { readonly kind: "leading"; readonly leading: boolean }
  | { readonly kind: "gauges"; readonly gauges: Gauges };

/** What it is told. */
export type Order =
  | { readonly kind: "retry"; readonly name: string }
  | { readonly kind: "awaited"; readonly waiting: number }
  | { readonly kind: "stop" };
