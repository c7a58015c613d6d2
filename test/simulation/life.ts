/** No answer comes: the process died, the connection broke, or the message was lost on its way. */
export class Outage extends Error {
  override readonly name = "Outage";
}

/** One run of a process, from its start to its crash. What it awaits when it crashes never comes. */
export class Life {
  readonly name: string;
  #alive = true;
  readonly #endings: (() => Promise<void>)[] = [];
  readonly #callers = new Set<() => void>();

  constructor(name: string) {
    this.name = name;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** What others notice of a crash: its connections close. */
  onEnd(ending: () => Promise<void>): void {
    this.#endings.push(ending);
  }

  async end(): Promise<void> {
    this.#alive = false;
    for (const ending of this.#endings.splice(0)) await ending();
    for (const caller of this.#callers) caller();
  }

  /** The work's outcome; an {@link Outage} if the process dies before. */
  async ask<Result>(work: () => Promise<Result>): Promise<Result> {
    let gone = (): void => undefined;
    const death = new Promise<never>((_resolve, reject) => {
      gone = () => reject(new Outage("the instance died"));
    });
    this.#callers.add(gone);
    try {
      return await Promise.race([work(), death]);
    } finally {
      this.#callers.delete(gone);
    }
  }
}
