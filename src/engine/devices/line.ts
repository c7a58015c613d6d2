import type { TerminalLife } from "../../domain/terminal/life.ts";
import { deviceName, isPaired } from "../../domain/terminal/life.ts";
import type { AuthenticatedTerminal } from "../terminals/authenticate.ts";

/** Why a connection was closed: what the device reads in the WebSocket's closing. */
export const CLOSE_CODES = {
  GOING_AWAY: { code: 1012, reason: "the server is going down: connect again" },
  BUG: { code: 1011, reason: "something went wrong here: connect again" },
  MALFORMED: { code: 4400, reason: "too many messages that are none" },
  UNAUTHENTICATED: { code: 4401, reason: "the credential does not count any more" },
  TOKEN_OVER: { code: 4402, reason: "the token has run out: connect with another" },
  SUSPENDED: { code: 4403, reason: "the terminal is suspended" },
  SILENT: { code: 4408, reason: "no pong came" },
  REPLACED: { code: 4409, reason: "the device has a newer connection" },
  TOO_SLOW: { code: 4413, reason: "too much waits to be read" },
} as const;
export type Closing = keyof typeof CLOSE_CODES;

/** The wire to a device, whatever it is made of. */
export interface Line {
  /** Bytes that were sent and not taken by the network yet. */
  readonly buffered: () => number;
  readonly send: (text: string) => void;
  readonly ping: () => void;
  readonly close: (code: number, reason: string) => void;
  /** Reads nothing more, or goes on reading: the sender waits. */
  readonly hold: (isHeld: boolean) => void;
}

/** Sent and not read: more is a reader that is too slow. */
export const MOST_BUFFERED_BYTES = 262_144;

/** A device that holds a connection to this instance. */
export class Connection {
  readonly id: string;
  readonly serialNumber: string;
  readonly line: Line;
  /** By real time; null for a token that does not run out. */
  readonly until: number | null;
  /** When a command was sent over this very connection, and the device did not say yet that it has it. Real time. */
  readonly sentAt = new Map<string, number>();
  isOver = false;
  /** It has answered since it was last asked. */
  isAlive = true;
  wrongFrames = 0;
  readonly #device: string;
  readonly #credentialId: string | null;
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(id: string, { life }: AuthenticatedTerminal, line: Line, until: number | null) {
    this.id = id;
    this.serialNumber = life.serialNumber;
    this.line = line;
    this.until = until;
    this.#device = deviceName(life);
    this.#credentialId = life.credential?.id ?? null;
  }

  /** Null where the device may be talked to; else why it may not. */
  refusalBy(life: TerminalLife | null): Closing | null {
    if (life?.status === "SUSPENDED") return "SUSPENDED";
    const isSame =
      life !== null &&
      life.status !== "REVOKED" &&
      isPaired(life) &&
      life.credential?.id === this.#credentialId &&
      deviceName(life) === this.#device;
    return isSame ? null : "UNAUTHENTICATED";
  }

  /** One thing after the other; who sends faster than that is kept waiting. */
  inTurn(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    if (this.#waiting === MOST_WAITING) this.line.hold(true);
    this.#turn = this.#turn.then(async () => {
      try {
        if (!this.isOver) await work();
      } finally {
        this.#waiting -= 1;
        if (this.#waiting === 0 && !this.isOver) this.line.hold(false);
      }
    });
    return this.#turn;
  }
}

const MOST_WAITING = 32;
