import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A connection that is kept, with one request on its way at a time: cheap enough to leave the machine to the servers. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: {
    readonly resolve: (response: Response) => void;
    readonly reject: (error: Error) => void;
  } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new Connection(socket)));
      socket.once("error", reject);
    });
  }

  send(request: string): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = this.#received.toString("latin1", 0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`an answer without a length: ${head}`));
      return;
    }
    const total = end + 4 + Number(length);
    if (this.#received.length < total) return;
    const body = this.#received.toString("utf8", end + 4, total);
    this.#received = this.#received.subarray(total);
    const waiting = this.#waiting;
    this.#waiting = null;
    const seconds = /\r\nretry-after: (\d+)/i.exec(head)?.[1];
    const retryAfter = seconds === undefined ? null : Number(seconds) * 1_000;
    waiting?.resolve({ status: Number(head.slice(9, 12)), retryAfter, body });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

export interface Response {
  readonly status: number;
  /** Milliseconds; null where the answer does not say. */
  readonly retryAfter: number | null;
  readonly body: string;
}

/** `CONNECTIONS` requests at a time; each answer is looked at by `check`, which throws for a wrong one. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  /** The next request, complete with its headers. */
  readonly next: (connection: number) => string;
  readonly check: (response: Response) => void;
  /** What is answered by 503 is sent again when the answer says, as terminals do. Absent: it is looked at like any other. */
  readonly asksAgain?: boolean;
}

/** As many as the server answers in so many milliseconds; answers a second. */
export async function saturate(load: Load, ms: number): Promise<number> {
  return await withConnections(load, async (connections) => {
    const begun = performance.now();
    let answers = 0;
    await Promise.all(
      connections.map(async (connection, index) => {
        while (performance.now() - begun < ms) {
          load.check(await answerOf(connection, load, load.next(index)));
          answers += 1;
        }
      }),
    );
    return (answers * 1_000) / (performance.now() - begun);
  });
}

async function answerOf(connection: Connection, { asksAgain }: Load, request: string): Promise<Response> {
  for (;;) {
    const response = await connection.send(request);
    if (asksAgain !== true || response.status !== 503 || response.retryAfter === null) return response;
    await pause(response.retryAfter);
  }
}

/** At a given rate, whatever the server does; milliseconds from when a request was due to its answer, ascending. */
export async function paced(load: Load, rate: number, ms: number): Promise<number[]> {
  return await withConnections(load, async (connections) => {
    const once = connections.map((connection, index) => async (): Promise<void> => {
      load.check(await connection.send(load.next(index)));
    });
    return await pace(once, rate, ms);
  });
}

/** {@link paced} for anything: each worker does one thing at a time, and takes the next that is due. */
export async function pace(
  workers: readonly (() => Promise<void>)[],
  rate: number,
  ms: number,
): Promise<number[]> {
  const begun = performance.now();
  const latencies: number[] = [];
  let due = 0;
  await Promise.all(
    workers.map(async (once) => {
      for (;;) {
        const at = begun + (due++ * 1_000) / rate;
        if (at > begun + ms) return;
        const early = at - performance.now();
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        await once();
        latencies.push(performance.now() - at);
      }
    }),
  );
  return latencies.sort((a, b) => a - b);
}

async function withConnections<Result>(
  load: Load,
  work: (connections: readonly Connection[]) => Promise<Result>,
): Promise<Result> {
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => Connection.open(load.port)),
  );
  try {
    return await work(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}
