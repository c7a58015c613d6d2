import { WEBHOOK_DOWN_AFTER } from "../../domain/policies.ts";
import { type Instant, SECOND } from "../../domain/time.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { WebhookBody } from "../../domain/webhook/events.ts";
import { Wakeup } from "../../eventlog/waiting.ts";
import { findRecord } from "../management/records.ts";
import type { Services } from "../services.ts";
import { Health } from "./health.ts";
import { LaneRun, LEASE_MS } from "./lane.ts";
import { claimLanes } from "./queue.ts";
import { secretsInForce } from "./secrets.ts";
import { webhookKind } from "./webhooks.ts";

/**
 * Sends what waits, in every instance: lanes are claimed with a lease, so that each is sent by one of them, message after
 * message; different lanes go side by side. All by real time.
 */

const LOOK_MS = 500;
/** Of one receiver at a time, by one instance. */
const MOST_LANES = 16;

export interface DispatcherOptions {
  /** Real time; else that of the services. */
  readonly now?: () => Instant;
  /** 0 to 1, for the pauses. */
  readonly random: () => number;
}

export class WebhookDispatcher {
  readonly #services: Services;
  readonly #now: () => Instant;
  readonly #random: () => number;
  readonly #ending = new AbortController();
  /** Rings when something was queued, or when a lane is done with. */
  readonly bell = new Wakeup();
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  readonly health: Health;
  #running: Promise<void> | undefined;

  constructor(services: Services, { now, random }: DispatcherOptions) {
    this.#services = services;
    this.#now = now ?? services.now;
    this.#random = random;
    this.health = new Health(services);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** What is being sent comes to its end. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.bell.ring();
    await this.#running;
    await this.#settled();
  }

  /** Sends all that is due now, and what becomes due behind it; answers how many lanes were begun. For tests and commands. */
  async dispatchDue(): Promise<number> {
    let begun = 0;
    for (;;) {
      const seen = this.bell.rings;
      const started = await this.#round();
      begun += started;
      if (started === 0 && this.#count() === 0) return begun;
      if (this.#count() > 0) await this.bell.wait(seen, LOOK_MS, this.#ending.signal);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const seen = this.bell.rings;
      try {
        await this.#round();
      } catch (error) {
        this.#services.logger.warn({ err: error }, "webhooks could not be sent; the next round goes on");
      }
      await this.bell.wait(seen, LOOK_MS, signal);
    }
  }

  /** Begins as many lanes as there is room for. */
  async #round(): Promise<number> {
    const { pool } = this.#services;
    const { rows } = await pool.query<{ id: string; down: boolean }>({
      name: "webhook_due",
      text: `select e.id, e.down_since is not null as down from webhook_endpoints e
             where not e.deleted
               and exists (select from webhook_lanes l where l.endpoint_id = e.id and l.due_at <= $1)`,
      values: [new Date(this.#now())],
    });
    let started = 0;
    for (const { id, down } of rows) started += await this.#fill(id, down);
    return started;
  }

  async #fill(endpointId: string, down: boolean): Promise<number> {
    const busy = this.#underWay.get(endpointId) ?? new Set();
    this.#underWay.set(endpointId, busy);
    // One that takes nothing is asked by one lane at a time, until it takes something.
    const isDown = down || this.health.failures(endpointId) >= WEBHOOK_DOWN_AFTER;
    const room = (isDown ? 1 : MOST_LANES) - busy.size;
    if (room <= 0 || this.#ending.signal.aborted) return 0;
    const life = await this.#openLife(endpointId);
    if (life === null) return 0;
    const now = this.#now();
    const secrets = await secretsInForce(this.#services, endpointId, life.body, now);
    // Nobody could tell who sends: a new secret is wanted first.
    if (secrets.length === 0) return 0;
    const token = this.#services.newId();
    const lanes = await claimLanes(this.#services.pool, {
      ...{ endpointId, token, now, until: now + LEASE_MS, most: room },
    });
    for (const lane of lanes) {
      const run = new LaneRun(this.#services, {
        ...{ endpointId, lane, token, url: life.body.url, secrets, down, health: this.health },
        ...{ now: this.#now, random: this.#random, ending: this.#ending.signal },
      });
      this.#track(busy, run.run());
    }
    return lanes.length;
  }

  /** As of now: nothing is sent to whoever was disabled or deleted a moment ago. */
  async #openLife(endpointId: string): Promise<RecordLife<WebhookBody> | null> {
    const life = await findRecord(webhookKind(this.#services), endpointId);
    return life?.body.enabled === true ? life : null;
  }

  #track(busy: Set<Promise<void>>, running: Promise<void>): void {
    const ended = running
      .catch((error: unknown) => {
        this.#services.logger.warn({ err: error }, "a webhook's lane was left; it is taken up again");
      })
      .finally(() => {
        busy.delete(ended);
        this.bell.ring();
      });
    busy.add(ended);
  }

  #count(): number {
    return [...this.#underWay.values()].reduce((sum, busy) => sum + busy.size, 0);
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#underWay.values()].flatMap((busy) => [...busy]));
  }
}

/** How long a stop waits for what is being sent. */
export const DISPATCHER_STOP_MS = 20 * SECOND;
