import { setTimeout as sleep } from "node:timers/promises";
import type { Screen } from "./show.ts";
import type { Terminal } from "./terminal.ts";
import { type Heard, type Told, Wire } from "./wire.ts";

/** A simulated device at its live connection: it takes what it is asked for, and does it once. */

export const WIRE_FAULTS = ["dropped-socket", "lost-reply", "declined"] as const;
export type WireFault = (typeof WIRE_FAULTS)[number];

type Command = Extract<Heard, { type: "command" }>;

const CARD = {
  ...{ maskedAccountNumber: "************4444", brand: "MASTERCARD", entryMode: "CONTACTLESS" },
  ...{ paymentType: "CREDIT", approvalCode: "004839" },
};
const AGAIN_MS = 1_000;
/** The cardholder taps. A sale that is cancelled within this time comes to nothing. */
const TAP_MS = 300;

export class WiredDevice {
  readonly #url: string;
  readonly #terminal: Terminal;
  readonly #screen: Screen;
  readonly #faults: Set<WireFault>;
  /** What it did, by the command's id: a command that comes again is not done again. */
  readonly #done = new Map<string, Told>();
  /** Told, and not recorded yet. */
  readonly #untold = new Map<string, Told>();
  readonly #cancelled = new Set<string>();
  #wire: Wire | null = null;
  readonly #ending = new AbortController();

  constructor(url: string, terminal: Terminal, screen: Screen, faults: readonly WireFault[]) {
    this.#url = url;
    this.#terminal = terminal;
    this.#screen = screen;
    this.#faults = new Set(faults);
  }

  async connect(): Promise<void> {
    this.#screen.call("GET", "/pos/connect", `${this.#terminal.serialNumber}, as a WebSocket`);
    this.#wire = await Wire.open(this.#url, await this.#terminal.token());
    await this.#wire.next("welcome");
    this.#screen.say("Connected.");
    // What the server did not record yet is told again.
    for (const [id, told] of this.#untold) this.#wire.result(id, told);
  }

  /** Serves until it is told to end, and comes again when the line is lost. */
  async serve(): Promise<void> {
    for (;;) {
      const wire = this.#wire;
      if (wire === null) throw new Error("it connects first");
      await Promise.all([this.#commands(wire), this.#records(wire)]);
      const { code, reason } = await wire.ended;
      if (this.#ending.signal.aborted) return;
      this.#screen.say(`The connection is closed: ${String(code)} ${reason}`);
      // These do not get better by coming again.
      if (code === 4401 || code === 4403 || code === 4409) return;
      await sleep(AGAIN_MS);
      await this.connect();
    }
  }

  end(): void {
    this.#ending.abort();
    this.#wire?.close();
  }

  async #commands(wire: Wire): Promise<void> {
    const running: Promise<void>[] = [];
    for (;;) {
      const command = await wire.next("command");
      if (command === null) break;
      this.#screen.say(`Asked for ${command.action} ${command.id}`);
      wire.received(command.id);
      if (command.cancels !== null) this.#cancelled.add(command.cancels);
      running.push(this.#do(wire, command));
    }
    await Promise.all(running);
  }

  async #records(wire: Wire): Promise<void> {
    const read = new Set<Heard>();
    for (;;) {
      const isNew = await wire.grown(read.size);
      for (const one of wire.heard) {
        if (read.has(one)) continue;
        read.add(one);
        if (one.type === "recorded") this.#recorded(one.id, one.status);
      }
      if (!isNew) return;
    }
  }

  async #do(wire: Wire, command: Command): Promise<void> {
    const { id } = command;
    if (command.action === "SALE") {
      if (this.#faults.delete("dropped-socket")) {
        this.#screen.say("The line is cut while the cardholder taps.");
        this.#finish(command);
        wire.drop();
        return;
      }
      await sleep(TAP_MS);
    }
    const told = this.#finish(command);
    wire.result(id, told);
    this.#screen.say(`Told ${told.outcome} of ${id}`);
    if (this.#faults.delete("lost-reply")) {
      this.#screen.say("Its word is not heard, it thinks: it says it again.");
      wire.result(id, told);
    }
  }

  #finish(command: Command): Told {
    const before = this.#done.get(command.id);
    if (before !== undefined) return before;
    const told = this.#outcomeOf(command);
    this.#done.set(command.id, told);
    this.#untold.set(command.id, told);
    return told;
  }

  #outcomeOf({ id, action }: Command): Told {
    if (action !== "SALE") return { outcome: "SUCCEEDED" };
    if (this.#cancelled.has(id)) {
      return { outcome: "FAILED", failureCode: "CANCELLED", failureMessage: "It was broken off." };
    }
    if (this.#faults.delete("declined")) {
      return { outcome: "FAILED", failureCode: "DECLINED", failureMessage: "The card was declined." };
    }
    return { outcome: "SUCCEEDED", card: CARD };
  }

  #recorded(id: string, status: string): void {
    const told = this.#untold.get(id);
    if (told === undefined) return;
    this.#untold.delete(id);
    const counts = status === told.outcome;
    this.#screen.say(`Recorded: ${id} ${status}`);
    if (!counts && told.outcome === "SUCCEEDED") this.#screen.say("It does not count: it takes it back.");
  }
}
