import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Client } from "../../src/client.ts";
import { orNobody } from "./traffic.ts";

/** A location that shall be created, once. */
export interface Order {
  readonly name: string;
  /** The answer, once there is one. */
  told: { readonly id: string; readonly bytes: string } | null;
}

const created = z.object({ id: z.string() });
const PAUSE_MS = 60;
const REPEATS = 3;

/** An administrator who writes something new all the time, each thing with an Idempotency-Key of its own. */
export class Clerk {
  readonly orders: Order[] = [];
  readonly #admin: Client;
  #stopping = false;
  #running: Promise<void> | null = null;

  constructor(admin: Client) {
    this.#admin = admin;
  }

  start(): void {
    this.#stopping = false;
    this.#running = this.#work();
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    // What died on its way stays claimed for a minute: it is tried again in every round.
    const open = this.orders.filter(({ told }) => told === null);
    for (const order of [...open, ...this.orders.slice(-REPEATS)]) await this.#send(order);
    while (!this.#stopping) {
      const order: Order = { name: `Place ${String(this.orders.length)}`, told: null };
      this.orders.push(order);
      await this.#send(order);
      await sleep(PAUSE_MS);
    }
  }

  async #send(order: Order): Promise<void> {
    const body = {
      name: order.name,
      countryCode: "POL",
      service: "LOUNGE",
      postalCode: "00-001",
      city: "Łódź",
    };
    const answer = await orNobody(
      this.#admin.request("POST", "/api/locations", body, { "Idempotency-Key": order.name }),
    );
    // 409: the first try is still on its way, or died there.
    if (answer === null || answer.status >= 500 || answer.status === 409) return;
    const bytes = JSON.stringify(answer.body);
    if (answer.status !== 201)
      throw new Error(`${order.name} was refused: ${String(answer.status)} ${bytes}`);
    order.told ??= { id: created.parse(answer.body).id, bytes };
    if (order.told.bytes !== bytes) {
      throw new Error(`${order.name} was answered in two ways: ${order.told.bytes} and ${bytes}`);
    }
  }
}
