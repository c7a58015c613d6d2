import type { Services } from "../services.ts";
import { WebhookDispatcher } from "./dispatcher.ts";
import { WebhookFeed } from "./feed.ts";
import { queueFigures } from "./standing.ts";

/** What tells receivers, in every instance: the feed into the queue, and whoever sends what waits there. */
export class Webhooks {
  readonly #services: Services;
  readonly #dispatcher: WebhookDispatcher;
  readonly #feed: WebhookFeed;

  constructor(services: Services) {
    this.#services = services;
    const random = (): number => services.randomBytes(4).readUInt32BE() / 2 ** 32;
    this.#dispatcher = new WebhookDispatcher(services, { random });
    this.#feed = new WebhookFeed(services, this.#dispatcher.bell);
  }

  start(): void {
    this.#feed.start();
    this.#dispatcher.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#feed.stop(), this.#dispatcher.stop()]);
  }

  /** By name. What is in the queue is of all instances, attempts are of this one. */
  async gauges(): Promise<Readonly<Record<string, number>>> {
    const { waiting, dead, oldestSeconds } = await queueFigures(this.#services.pool);
    const { delivered, refused, failed } = this.#dispatcher.health.counts;
    return {
      webhooks_waiting: waiting,
      webhooks_dead: dead,
      webhooks_oldest_waiting_seconds: oldestSeconds,
      webhooks_attempts_delivered: delivered,
      webhooks_attempts_refused: refused,
      webhooks_attempts_failed: failed,
    };
  }
}
