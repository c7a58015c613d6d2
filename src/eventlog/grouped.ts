interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupedOptions<Question, Answer> {
  /** Answers a group, in its order. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /**
   * Whether one question of a failed group may be to blame, so that each is asked by itself. Else all have failed: a
   * server that is down would only make them wait once more.
   */
  readonly mayBeOnes: (error: unknown) => boolean;
  /** Groups on their way at the same time. Default 2. */
  readonly maxInFlight?: number;
  /** Most questions in one group. Default 64. */
  readonly maxGroup?: number;
}

/**
 * Sends questions that wait at the same moment together. None waits for company: a group leaves as soon as there is
 * room, and a lone question at once.
 */
export class Grouped<Question, Answer> {
  readonly #ask: GroupedOptions<Question, Answer>["ask"];
  readonly #mayBeOnes: GroupedOptions<Question, Answer>["mayBeOnes"];
  readonly #maxInFlight: number;
  readonly #maxGroup: number;
  #waiting: Waiting<Question, Answer>[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor({ ask, mayBeOnes, maxInFlight = 2, maxGroup = 64 }: GroupedOptions<Question, Answer>) {
    this.#ask = ask;
    this.#mayBeOnes = mayBeOnes;
    this.#maxInFlight = maxInFlight;
    this.#maxGroup = maxGroup;
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      this.#schedule();
    });
  }

  // After the microtasks of this turn: requests that arrived in one read of a socket leave together.
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#inFlight >= this.#maxInFlight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#inFlight < this.#maxInFlight && this.#waiting.length > 0) void this.#send();
    });
  }

  async #send(): Promise<void> {
    const share = Math.ceil(this.#waiting.length / (this.#maxInFlight - this.#inFlight));
    const group = this.#waiting.splice(0, Math.min(this.#maxGroup, share));
    this.#inFlight += 1;
    try {
      await this.#settle(group);
    } finally {
      this.#inFlight -= 1;
      this.#schedule();
    }
  }

  async #settle(group: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.#ask(group.map(({ question }) => question));
      for (const [index, { resolve, reject }] of group.entries()) {
        const answer = answers[index];
        if (answer === undefined) reject(new Error("a group was answered for fewer questions than it has"));
        else resolve(answer);
      }
    } catch (error) {
      if (group.length === 1 || !this.#mayBeOnes(error)) for (const { reject } of group) reject(error);
      else await Promise.all(group.map(async (one) => await this.#settle([one])));
    }
  }
}
