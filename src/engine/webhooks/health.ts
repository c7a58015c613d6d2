import { WEBHOOK_DOWN_AFTER } from "../../domain/policies.ts";
import type { Instant } from "../../domain/time.ts";
import type { Services } from "../services.ts";
import { hurryLanes } from "./queue.ts";

/**
 * Whether receivers take anything at all. One that has failed again and again, whatever was sent, is asked by little only;
 * as soon as it takes something, all that waits for it is sent without waiting for the end of its pauses.
 */
export class Health {
  readonly #services: Pick<Services, "pool">;
  readonly #failures = new Map<string, number>();
  /** Attempts by what they came to, since the start of this instance. */
  readonly counts = { delivered: 0, refused: 0, failed: 0 };

  constructor(services: Pick<Services, "pool">) {
    this.#services = services;
  }

  /** In a row. */
  failures(endpointId: string): number {
    return this.#failures.get(endpointId) ?? 0;
  }

  async took(endpointId: string, wasDown: boolean, now: Instant): Promise<void> {
    const before = this.failures(endpointId);
    this.#failures.delete(endpointId);
    if (!wasDown && before < WEBHOOK_DOWN_AFTER) return;
    await this.#services.pool.query("update webhook_endpoints set down_since = null where id = $1", [
      endpointId,
    ]);
    await hurryLanes(this.#services.pool, endpointId, now);
  }

  async failed(endpointId: string, now: Instant): Promise<void> {
    const failures = this.failures(endpointId) + 1;
    this.#failures.set(endpointId, failures);
    if (failures !== WEBHOOK_DOWN_AFTER) return;
    await this.#services.pool.query(
      "update webhook_endpoints set down_since = $2 where id = $1 and down_since is null",
      [endpointId, new Date(now)],
    );
  }
}
