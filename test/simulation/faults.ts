import type { Random } from "../support/domain/random.ts";

/** What the simulation does to an operation of an instance. */
export const FAULTS = ["slow", "lostRequest", "lostReply", "crashBefore", "crashAfter"] as const;
export type Fault = (typeof FAULTS)[number];

/** What goes wrong between terminals and instances, and with the database as a whole. */
export const OTHER_FAULTS = [
  "lostAnswer",
  "doubledRequest",
  "timeJump",
  "databaseCrash",
  "repeatedRequest",
  "deposedLeader",
  "offlineCall",
] as const;
export type OtherFault = (typeof OTHER_FAULTS)[number];

export type FaultCounts = Record<Fault | OtherFault | "contended" | "interleaved", number>;

export function noFaults(): FaultCounts {
  return {
    slow: 0,
    lostRequest: 0,
    lostReply: 0,
    crashBefore: 0,
    crashAfter: 0,
    lostAnswer: 0,
    doubledRequest: 0,
    timeJump: 0,
    databaseCrash: 0,
    repeatedRequest: 0,
    deposedLeader: 0,
    offlineCall: 0,
    interleaved: 0,
    contended: 0,
  };
}

/** How often what goes wrong in one run. Each seed has a weather of its own, and some have none. */
export class Weather {
  readonly counts = noFaults();
  readonly #random: Random;
  readonly #chances: Readonly<Record<Fault, number>>;
  readonly #lostAnswers: number;
  #calm = false;

  constructor(random: Random) {
    this.#random = random;
    const often = random.pick([0, 0.3, 1, 2]);
    this.#chances = {
      slow: often * random.pick([0, 0.03, 0.1]),
      lostRequest: often * 0.006,
      lostReply: often * 0.01,
      crashBefore: often * random.pick([0, 0.004, 0.008]),
      crashAfter: often * random.pick([0, 0.004, 0.008]),
    };
    this.#lostAnswers = often * 0.1;
  }

  /** From here on nothing goes wrong any more. */
  clear(): void {
    this.#calm = true;
  }

  /** What happens to an operation; only crashes and delays happen to those that can't fail otherwise. */
  strike(operation: { readonly canFail: boolean; readonly wasSlow: boolean }): Fault | null {
    if (this.#calm) return null;
    let dice = this.#random.next();
    for (const fault of FAULTS) {
      dice -= this.#chances[fault];
      if (dice >= 0) continue;
      if (fault === "slow" && operation.wasSlow) return null;
      if ((fault === "lostRequest" || fault === "lostReply") && !operation.canFail) return null;
      this.counts[fault]++;
      return fault;
    }
    return null;
  }

  /** The answer was given and never reaches the terminal. */
  losesAnswer(): boolean {
    if (this.#calm || !this.#random.chance(this.#lostAnswers)) return false;
    this.counts.lostAnswer++;
    return true;
  }
}
