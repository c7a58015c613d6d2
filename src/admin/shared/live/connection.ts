/** The stream of operations: one connection for all tabs of a browser, which one of them holds and tells the others. */

export type LiveState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** @property since milliseconds */
  | { readonly kind: "lost"; readonly since: number };

/** `accessIds`: new, or changed; null: more than is told, ask anew. */
export type Hint = readonly string[] | null;

type Message =
  | { readonly kind: "state"; readonly state: LiveState }
  | { readonly kind: "hint"; readonly hint: Hint }
  | { readonly kind: "hello" };

const URL = "/api/operations/stream";
const NAME = "admittance-live";
/** The server says something every two seconds. */
const SILENCE_MS = 5_000;
/** One that has been silent for so long is given up. */
const DEAD_MS = 10_000;
const LOOK_MS = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class LiveConnection {
  readonly #channel = new BroadcastChannel(NAME);
  readonly #stateListeners = new Set<() => void>();
  readonly #hintListeners = new Set<(hint: Hint) => void>();
  #state: LiveState = { kind: "connecting" };
  #holding = false;
  #heardAt = Date.now();

  constructor() {
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    this.#channel.postMessage({ kind: "hello" } satisfies Message);
    // Whoever gets the lock keeps it until its tab closes; then another does.
    void navigator.locks.request(NAME, async () => await this.#hold());
  }

  get state(): LiveState {
    return this.#state;
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onHint(listener: (hint: Hint) => void): () => void {
    this.#hintListeners.add(listener);
    return () => this.#hintListeners.delete(listener);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case "state":
        this.#become(message.state);
        return;
      case "hint":
        this.#hint(message.hint);
        return;
      case "hello":
        if (this.#holding) this.#tell({ kind: "state", state: this.#state });
    }
  }

  async #hold(): Promise<never> {
    this.#holding = true;
    let pause = FIRST_PAUSE_MS;
    let lastId = "";
    for (;;) {
      const wasLive = await this.#listen(lastId, (id) => {
        lastId = id;
      });
      pause = wasLive ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 2);
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    }
  }

  /** Resolves when the line is down: whether anything was heard of it. */
  async #listen(lastId: string, onId: (id: string) => void): Promise<boolean> {
    const source = new EventSource(URL);
    const openedAt = Date.now();
    let hasHeard = false;
    const heard = ({ lastEventId }: MessageEvent<string>): void => {
      // Of what was missed on a new connection nothing is told: everything is asked anew.
      if (!hasHeard && lastId !== "") this.#share(null);
      hasHeard = true;
      this.#heardAt = Date.now();
      onId(lastEventId);
      if (this.#state.kind !== "live") this.#shareState({ kind: "live" });
    };
    source.addEventListener("beat", heard);
    source.addEventListener("missed", (event: MessageEvent<string>) => {
      heard(event);
      this.#share(null);
    });
    source.addEventListener("operations", (event: MessageEvent<string>) => {
      heard(event);
      this.#share(accessIdsIn(event.data));
    });
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const silent = Date.now() - Math.max(this.#heardAt, openedAt);
        if (silent <= SILENCE_MS) return;
        if (this.#state.kind !== "lost") this.#shareState({ kind: "lost", since: this.#heardAt });
        if (silent <= DEAD_MS) return;
        clearInterval(timer);
        resolve();
      }, LOOK_MS);
      source.addEventListener("error", () => {
        if (source.readyState !== EventSource.CLOSED) return;
        clearInterval(timer);
        resolve();
      });
    });
    source.close();
    if (this.#state.kind !== "lost") this.#shareState({ kind: "lost", since: this.#heardAt });
    return hasHeard;
  }

  #share(hint: Hint): void {
    this.#hint(hint);
    this.#tell({ kind: "hint", hint });
  }

  #shareState(state: LiveState): void {
    this.#become(state);
    this.#tell({ kind: "state", state });
  }

  #tell(message: Message): void {
    this.#channel.postMessage(message);
  }

  #become(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }

  #hint(hint: Hint): void {
    for (const listener of this.#hintListeners) listener(hint);
  }
}

function accessIdsIn(data: string): Hint {
  const told: unknown = JSON.parse(data);
  if (typeof told !== "object" || told === null || !("accessIds" in told) || !Array.isArray(told.accessIds))
    return null;
  return told.accessIds.filter((one) => typeof one === "string");
}
