import { once } from "node:events";
import type { MessagePort, Worker } from "node:worker_threads";
import type { Logger } from "pino";
import type { Carrier, Gauges, Order, Step } from "./carrier.ts";
import type { Progress } from "./progress.ts";

const RESTART_MS = 1_000;
const STOP_MS = 20_000;
const GAUGES_MS = 1_000;

/**
 * Carries the log into the read models in a thread of its own, so that a large batch never makes a terminal wait: folding
 * and writing it takes the thread that answers for tens of milliseconds. A thread that dies is started again.
 */
export class ThreadCarrier implements Carrier {
  readonly #open: () => Worker;
  readonly #progress: Progress;
  readonly #logger: Logger;
  #worker: Worker | null = null;
  #stopped = false;

  /** @param open starts a thread that calls {@link serveCarrier} */
  constructor(open: () => Worker, progress: Progress, logger: Logger) {
    this.#open = open;
    this.#progress = progress;
    this.#logger = logger;
  }

  start(): void {
    if (this.#stopped) return;
    const worker = this.#open();
    this.#worker = worker;
    worker.on("message", (step: Step) => this.#progress.take(step));
    worker.on("error", (error) => this.#logger.error({ err: error }, "the projections' thread failed"));
    worker.once("exit", () => {
      this.#worker = null;
      this.#progress.take({ kind: "leading", leading: false });
      if (!this.#stopped) setTimeout(() => this.start(), RESTART_MS).unref();
    });
    this.awaited(this.#progress.waiting);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    if (worker === null) return;
    const ended = once(worker, "exit");
    this.#tell({ kind: "stop" });
    const late = setTimeout(() => void worker.terminate(), STOP_MS);
    await ended;
    clearTimeout(late);
  }

  retry(name: string): void {
    this.#tell({ kind: "retry", name });
  }

  awaited(waiting: number): void {
    this.#tell({ kind: "awaited", waiting });
  }

  gauges(): Gauges {
    return this.#progress.gauges;
  }

  #tell(order: Order): void {
    this.#worker?.postMessage(order);
  }
}

/** The thread's side: tells `port` every step, and does what it says. Resolves once it was told to stop and has. */
export async function serveCarrier(
  port: MessagePort,
  progress: Progress,
  carrier: Carrier,
  gauges: () => Gauges,
): Promise<void> {
  const tell = (step: Step): void => port.postMessage(step);
  progress.onStep = tell;
  const reporting = setInterval(() => tell({ kind: "gauges", gauges: gauges() }), GAUGES_MS);
  carrier.start();
  await new Promise<void>((resolve) => {
    port.on("message", (order: Order) => {
      switch (order.kind) {
        case "retry":
          carrier.retry(order.name);
          break;
        case "awaited":
          progress.waitingElsewhere = order.waiting;
          carrier.awaited(order.waiting);
          break;
        case "stop":
          resolve();
          break;
      }
    });
  });
  clearInterval(reporting);
  await carrier.stop();
  port.close();
}
