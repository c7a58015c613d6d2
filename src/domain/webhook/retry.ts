import { WEBHOOK_FIRST_RETRY, WEBHOOK_LIVES, WEBHOOK_LONGEST_PAUSE } from "../policies.ts";
import type { Instant } from "../time.ts";

/** How much a pause may be longer than it would be, lest all receivers' clocks strike at once. */
const JITTER = 0.25;
const FACTOR = 3;

export interface Attempted {
  /** How often it was tried by now; 1 after the first time. */
  readonly attempts: number;
  /** When it was put into the queue. */
  readonly queuedAt: Instant;
  readonly now: Instant;
  /** 0 to 1. */
  readonly random: number;
}

/** When to try again; null: it is given up. All by real time. */
export function retryAt({ attempts, queuedAt, now, random }: Attempted): Instant | null {
  const pause = Math.min(WEBHOOK_FIRST_RETRY * FACTOR ** (attempts - 1), WEBHOOK_LONGEST_PAUSE);
  const end = queuedAt + WEBHOOK_LIVES;
  if (now >= end) return null;
  // The last try is made at the end, and not left out because the pause would lead beyond it.
  return Math.min(now + Math.round(pause * (1 + JITTER * random)), end);
}

/** What an attempt came to, as far as it decides what comes next. */
export type AttemptResult =
  | { readonly kind: "ANSWERED"; readonly status: number }
  | { readonly kind: "FAILED" };

export type Outcome =
  | { readonly kind: "DELIVERED" }
  | { readonly kind: "RETRY"; readonly at: Instant }
  | { readonly kind: "DEAD" }
  /** The receiver says that it is gone for good. */
  | { readonly kind: "GONE" };

const GONE = 410;

/** Only 2xx is a yes: a redirect is followed nowhere, so what it leads to has not got it. */
export function outcomeOf(result: AttemptResult, attempted: Attempted): Outcome {
  if (result.kind === "ANSWERED") {
    if (result.status >= 200 && result.status < 300) return { kind: "DELIVERED" };
    if (result.status === GONE) return { kind: "GONE" };
  }
  const at = retryAt(attempted);
  return at === null ? { kind: "DEAD" } : { kind: "RETRY", at };
}
