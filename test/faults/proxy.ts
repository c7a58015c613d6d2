import { createConnection, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../support/domain/random.ts";
import { MessageReader } from "./messages.ts";

/** Whose reply is lost: an append of the event log, or the commit of an explicit transaction (the projections'). */
export type LostReply = "append" | "commit";

/** The only way from the product to its server, with everything a network does to it. */
export interface FaultProxy {
  readonly url: string;
  /** Every chunk takes up to so long from now on, in both directions. */
  delay(ms: number): void;
  /** Chunks arrive in pieces of a few bytes from now on. */
  slice(): void;
  /** No more delays and slices. */
  calm(): void;
  /** Cuts every connection at whatever it is doing. Answers how many. */
  sever(): number;
  /** Cuts a connection when its next such statement is committed and the reply is here. Resolves when that is done. */
  loseReply(to: LostReply): Promise<void>;
  close(): Promise<void>;
}

const EVENT_LOG = "admittance event log";
const SMALL = 512;

/** How bytes travel at the moment. */
interface Weather {
  delayMs: number;
  sliced: boolean;
}

export async function faultProxy(target: string, random: Random): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const weather: Weather = { delayMs: 0, sliced: false };
  const links = new Set<Link>();
  const traps: Trap[] = [];
  const server = createServer((near) => {
    const far = createConnection({ host: hostname, port: Number(port) });
    const link = new Link(near, far, { weather, random, traps });
    links.add(link);
    link.ended.then(
      () => links.delete(link),
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(address.port);
  const sever = (): number => {
    const cut = links.size;
    for (const link of links) link.cut();
    return cut;
  };
  return {
    url: url.href,
    delay: (ms) => {
      weather.delayMs = ms;
    },
    slice: () => {
      weather.sliced = true;
    },
    calm: () => {
      weather.delayMs = 0;
      weather.sliced = false;
    },
    sever,
    loseReply: (to) => new Promise((resolve) => traps.push({ to, sprung: resolve })),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      sever();
      await closed;
    },
  };
}

interface Trap {
  readonly to: LostReply;
  readonly sprung: () => void;
}

/** One connection of the product, and the one to the server behind it. */
class Link {
  readonly ended: Promise<void>;
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #traps: Trap[];
  readonly #asked = new MessageReader(true);
  readonly #answered = new MessageReader(false);
  #ofEventLog = false;
  #trap: Trap | undefined;
  #stored = false;
  #held: Buffer[] = [];

  constructor(
    near: Socket,
    far: Socket,
    options: { readonly weather: Weather; readonly random: Random; readonly traps: Trap[] },
  ) {
    this.#near = near;
    this.#far = far;
    this.#traps = options.traps;
    const toServer = new Way(far, options);
    const toProduct = new Way(near, options);
    near.on("data", (chunk) => {
      for (const { type, body } of this.#asked.read(chunk)) this.#sawQuestion(type, body);
      toServer.send(chunk);
    });
    far.on("data", (chunk) => {
      const before = this.#trap;
      for (const { type, body } of this.#answered.read(chunk)) this.#sawAnswer(type, body);
      if (before === undefined) {
        toProduct.send(chunk);
        return;
      }
      this.#held.push(chunk);
      // The statement failed: nothing was committed, and the product shall know.
      if (this.#trap === undefined) for (const one of this.#held.splice(0)) toProduct.send(one);
    });
    for (const [from, way] of [
      [near, toServer],
      [far, toProduct],
    ] as const) {
      from.setNoDelay(true);
      from.on("error", () => undefined);
      from.on("close", () => way.end());
    }
    this.ended = Promise.all([near, far].map((socket) => closed(socket))).then(() => {
      // The server went away with the statement: another one has to be caught.
      if (this.#trap !== undefined) this.#traps.push(this.#trap);
    });
  }

  cut(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #sawQuestion(type: string, body: Buffer): void {
    if (type === "startup") this.#ofEventLog = body.includes(EVENT_LOG);
    const to = isCommit(type, body) ? "commit" : this.#ofEventLog && type === "B" ? "append" : undefined;
    const at = this.#traps.findIndex((trap) => trap.to === to);
    if (this.#trap !== undefined || at === -1) return;
    [this.#trap] = this.#traps.splice(at, 1);
    this.#stored = false;
  }

  #sawAnswer(type: string, body: Buffer): void {
    if (this.#trap === undefined) return;
    // Command complete: its tag ends in the number of rows, and a commit has none.
    if (type === "C") this.#stored = !/ 0$/.test(body.toString("latin1").replace(/\0$/, ""));
    if (type === "E") this.#stored = false;
    if (type !== "Z") return;
    const trap = this.#trap;
    this.#trap = undefined;
    if (this.#stored) {
      this.#held = [];
      this.cut();
      trap.sprung();
    } else {
      this.#traps.push(trap);
    }
  }
}

function isCommit(type: string, body: Buffer): boolean {
  return type === "Q" && /^\s*commit\b/i.test(body.toString("latin1", 0, 20));
}

/** One direction: chunks arrive in order, however long each takes. */
class Way {
  readonly #to: Socket;
  readonly #weather: Weather;
  readonly #random: Random;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(to: Socket, { weather, random }: { readonly weather: Weather; readonly random: Random }) {
    this.#to = to;
    this.#weather = weather;
    this.#random = random;
  }

  send(chunk: Buffer): void {
    if (this.#waiting === 0 && this.#weather.delayMs === 0 && !this.#weather.sliced) {
      this.#to.write(chunk);
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      if (this.#weather.delayMs > 0) await sleep(this.#random.upTo(this.#weather.delayMs));
      for (const piece of this.#pieces(chunk)) {
        this.#to.write(piece);
        // A turn of its own for each, so that they leave as packets of their own.
        await new Promise(setImmediate);
      }
      this.#waiting -= 1;
    });
  }

  end(): void {
    this.#last = this.#last.then(() => {
      this.#to.end();
    });
  }

  *#pieces(chunk: Buffer): Generator<Buffer> {
    for (let at = 0; at < chunk.length; ) {
      // The rest of a long one in longer pieces: every boundary of a message is met all the same.
      const most = !this.#weather.sliced ? chunk.length : at < SMALL ? 7 : 1_000;
      const end = at + (this.#weather.sliced ? this.#random.between(1, most) : most);
      yield chunk.subarray(at, end);
      at = end;
    }
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => {
      resolve();
    });
  });
}
