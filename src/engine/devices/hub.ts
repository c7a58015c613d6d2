import { command } from "../../domain/command/command.ts";
import { commandStream } from "../../domain/command/events.ts";
import { type CommandLife, isOpen, statusAt } from "../../domain/command/life.ts";
import { MOST_OPEN_COMMANDS } from "../../domain/policies.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { iso } from "../../domain/time.ts";
import { businessNow } from "../businessClock.ts";
import type { FindCard } from "../entry/openEntry.ts";
import type { Patience } from "../patience.ts";
import type { Services } from "../services.ts";
import type { AuthenticatedTerminal } from "../terminals/authenticate.ts";
import {
  connectionClosed,
  connectionOpened,
  connectionsSeen,
  isNewest,
  SEEN_EVERY_MS,
} from "./connections.ts";
import { metaOf, settleCommand, timeOutCommands } from "./effects.ts";
import {
  commandFrame,
  type DeviceFrame,
  errorFrame,
  readFrame,
  recordedFrame,
  welcomeFrame,
} from "./frames.ts";
import { type Closing, CLOSE_CODES, Connection, type Line, MOST_BUFFERED_BYTES } from "./line.ts";
import { DeviceNews } from "./news.ts";
import { openCommandsOf, waitedFor } from "./openCommands.ts";
import { commandNow } from "./queue.ts";

/** What a device's message may hold, in bytes. */
export const MOST_FRAME_BYTES = 16_384;

/** Messages that are none before the connection is closed. */
const MOST_WRONG_FRAMES = 20;

/** So many commands are timed out in one go. */
const AT_ONCE = 200;

export interface HubTimes {
  /** How often what waits for devices is looked for, whatever was heard. */
  readonly lookMs: number;
  /** How often a device is asked whether it is there; one that does not answer until the next time is gone. */
  readonly pingMs: number;
  readonly seenMs: number;
  /** After which a command is sent again that the device did not say it has. */
  readonly resendMs: number;
}

const TIMES: HubTimes = { lookMs: 5_000, pingMs: 20_000, seenMs: SEEN_EVERY_MS, resendMs: 15_000 };

/**
 * The devices that hold a connection to this instance. A command is a stream, so that nothing depends on this: what was not
 * delivered here is delivered wherever the device comes next.
 */
export class DeviceHub {
  readonly #services: Services;
  readonly #findCard: FindCard;
  readonly #times: HubTimes;
  readonly #instance: string;
  readonly #news: DeviceNews;
  readonly #connections = new Map<string, Connection>();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(services: Services, findCard: FindCard, times: HubTimes = TIMES) {
    this.#services = services;
    this.#findCard = findCard;
    this.#times = times;
    this.#instance = services.newId();
    this.#news = new DeviceNews(services, {
      queued: (serialNumber, commandId) =>
        this.#atConnection(serialNumber, async (one) => await this.#bring(one, [commandId])),
      changed: (serialNumber) =>
        this.#atConnection(serialNumber, async (one) => {
          await this.#now(one);
        }),
    });
  }

  /** So many devices are connected here. */
  get size(): number {
    return this.#connections.size;
  }

  start(): void {
    const every = (ms: number, work: () => void): void => {
      this.#timers.push(setInterval(work, ms).unref());
    };
    every(this.#times.lookMs, () => this.#quietly(async () => await this.#look()));
    every(this.#times.pingMs, () => this.#ping());
    every(this.#times.seenMs, () => this.#quietly(async () => await this.#seen()));
  }

  /** Takes a device's connection; an older one of the same device is closed. */
  async open(terminal: AuthenticatedTerminal, line: Line, until: number | null): Promise<Connection> {
    const connection = new Connection(this.#services.newId(), terminal, line, until);
    const { id, serialNumber } = connection;
    await this.#news.begin();
    await this.#services.executor.inTurn(`connection of ${serialNumber}`, async () => {
      await connectionOpened(this.#services, {
        serial_number: serialNumber,
        connection_id: id,
        instance: this.#instance,
      });
      this.#close(serialNumber, "REPLACED");
      this.#connections.set(serialNumber, connection);
    });
    const { pingMs } = this.#times;
    this.#send(
      connection,
      welcomeFrame({
        connectionId: id,
        serverTime: iso(this.#services.now()),
        pingSeconds: pingMs / 1_000,
        maxBytes: MOST_FRAME_BYTES,
      }),
    );
    this.#inTurn(connection, async () => await this.#deliver(connection));
    return connection;
  }

  /** The line has ended, whoever ended it. */
  closed(connection: Connection, code: number): void {
    connection.isOver = true;
    const { serialNumber, id } = connection;
    if (this.#connections.get(serialNumber) === connection) this.#connections.delete(serialNumber);
    this.#quietly(async () => await connectionClosed(this.#services, id, code));
  }

  /** What a device has sent; null for what was no text. */
  take(connection: Connection, text: string | null): void {
    const frame = text === null ? null : readFrame(text);
    this.#inTurn(connection, async () => {
      if (frame === null) this.#refuse(connection, null);
      else if (frame.type === "wrong") this.#refuse(connection, frame.member);
      else await this.#answer(connection, frame);
    });
  }

  /** See {@link DeviceNews.whenOver}; what follows from it is done. */
  async whenOver(commandId: string, ms: number, patience: Patience): Promise<CommandLife | null> {
    const life = await this.#news.whenOver(commandId, ms, patience);
    if (life !== null && !isOpen(life))
      await settleCommand(this.#services, this.#findCard, life, await businessNow(this.#services));
    return life;
  }

  get findCard(): FindCard {
    return this.#findCard;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const open = [...this.#connections.values()];
    for (const { serialNumber } of open) this.#close(serialNumber, "GOING_AWAY");
    await this.#news.stop();
    const { code } = CLOSE_CODES.GOING_AWAY;
    await Promise.all(open.map(async ({ id }) => await connectionClosed(this.#services, id, code)));
  }

  /** The business time, where the device may be talked to; else its connection is closed. */
  async #now(connection: Connection): Promise<number | null> {
    const { serialNumber, id } = connection;
    const stream = terminalStream(serialNumber);
    const [fresh, isOwn] = await Promise.all([
      this.#services.gate.freshness([stream]),
      isNewest(this.#services, serialNumber, id),
    ]);
    const { state } = await this.#services.streams.terminal.load(stream, fresh.heads[0] ?? -1);
    const why = connection.refusalBy(state) ?? (isOwn ? null : "REPLACED");
    if (why === null) return this.#services.now() + fresh.clockOffset;
    this.#end(connection, why);
    return null;
  }

  /** Sends what waits and was not sent yet. A command that the device has is not sent again. */
  async #deliver(connection: Connection): Promise<void> {
    const waiting = await openCommandsOf(this.#services, connection.serialNumber, MOST_OPEN_COMMANDS);
    await this.#bring(
      connection,
      waiting.map(({ commandId }) => commandId),
    );
  }

  async #bring(connection: Connection, commandIds: readonly string[]): Promise<void> {
    const { sentAt } = connection;
    const real = this.#services.now();
    const due = commandIds.filter(
      (id) => real - (sentAt.get(id) ?? Number.NEGATIVE_INFINITY) >= this.#times.resendMs,
    );
    const read = await Promise.all(due.map(async (id) => await commandNow(this.#services, id)));
    // Last of all: nothing is sent on what was known of the device a moment before.
    const now = await this.#now(connection);
    if (now === null) return;
    for (const life of read) {
      if (life === null || statusAt(life, now) !== "QUEUED") continue;
      sentAt.set(life.id, real);
      if (!this.#send(connection, commandFrame(life))) return;
    }
  }

  async #answer(connection: Connection, frame: DeviceFrame): Promise<void> {
    const now = await this.#now(connection);
    if (now === null) return;
    const { serialNumber } = connection;
    const stream = commandStream(frame.id);
    // What it is by now is decided on below; whose it is never changes.
    const { state: known } = await this.#services.streams.command.load(stream);
    if (known?.serialNumber !== serialNumber) {
      this.#send(connection, errorFrame("UNKNOWN_COMMAND", "this device was never asked for that"));
      return;
    }
    connection.sentAt.delete(frame.id);
    const done = await this.#services.executor.execute(this.#services.streams.command, {
      stream,
      meta: metaOf(this.#services, serialNumber, frame.type, frame.id),
      decide: (state) =>
        command.decide(
          state,
          frame.type === "received" ? { type: "Receive", now } : { type: "Answer", now, told: frame.told },
        ),
    });
    const { state } = done.folded;
    if (frame.type === "received" || state === null) return;
    await settleCommand(this.#services, this.#findCard, state, now);
    this.#send(connection, recordedFrame(frame.id, state.status));
  }

  #refuse(connection: Connection, member: string | null): void {
    connection.wrongFrames += 1;
    const why = member === null ? "this is no message of a device" : `${member}: it is none that is taken`;
    if (connection.wrongFrames >= MOST_WRONG_FRAMES) this.#end(connection, "MALFORMED");
    else this.#send(connection, errorFrame("MALFORMED", why));
  }

  /** False where the device reads too slowly: it comes again, and gets it then. */
  #send(connection: Connection, text: string): boolean {
    if (connection.isOver) return false;
    if (connection.line.buffered() > MOST_BUFFERED_BYTES) {
      this.#end(connection, "TOO_SLOW");
      return false;
    }
    connection.line.send(text);
    return true;
  }

  #close(serialNumber: string, why: Closing): void {
    const connection = this.#connections.get(serialNumber);
    if (connection !== undefined) this.#end(connection, why);
  }

  #end(connection: Connection, why: Closing): void {
    if (connection.isOver) return;
    connection.isOver = true;
    const { code, reason } = CLOSE_CODES[why];
    const { serialNumber } = connection;
    if (this.#connections.get(serialNumber) === connection) this.#connections.delete(serialNumber);
    connection.line.close(code, reason);
    if (why !== "GOING_AWAY")
      this.#quietly(async () => await connectionClosed(this.#services, connection.id, code));
  }

  #atConnection(serialNumber: string, work: (connection: Connection) => Promise<void>): void {
    const connection = this.#connections.get(serialNumber);
    if (connection !== undefined) this.#inTurn(connection, async () => await work(connection));
  }

  #inTurn(connection: Connection, work: () => Promise<void>): void {
    const guarded = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        const { serialNumber: terminal } = connection;
        this.#services.logger.warn({ err: error, terminal }, "a device's connection failed");
        this.#end(connection, "BUG");
      }
    };
    void connection.inTurn(guarded);
  }

  async #look(): Promise<void> {
    await timeOutCommands(this.#services, this.#findCard, AT_ONCE);
    if (this.#connections.size === 0) return;
    const serials = [...this.#connections.keys()];
    for (const serialNumber of await waitedFor(this.#services, serials)) {
      this.#atConnection(serialNumber, async (one) => await this.#deliver(one));
    }
  }

  #ping(): void {
    const now = this.#services.now();
    for (const connection of [...this.#connections.values()]) {
      if (!connection.isAlive) this.#end(connection, "SILENT");
      else if (connection.until !== null && now > connection.until) this.#end(connection, "TOKEN_OVER");
      else {
        connection.isAlive = false;
        connection.line.ping();
      }
    }
  }

  async #seen(): Promise<void> {
    if (this.#connections.size === 0) return;
    const known = [...this.#connections.values()];
    const ids = known.map(({ id }) => id);
    const own = await connectionsSeen(this.#services, this.#instance, ids);
    for (const connection of known) if (!own.has(connection.id)) this.#end(connection, "REPLACED");
  }

  #quietly(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.#services.logger.debug({ err: error }, "the state of connections was not written");
    });
  }
}
