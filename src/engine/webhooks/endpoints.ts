import type { ClientBase } from "pg";
import type { RecordLife } from "../../domain/record.ts";
import type { WebhookType } from "../../domain/webhook/types.ts";
import { webhook, type WebhookBody } from "../../domain/webhook/events.ts";
import type { Position, RecordedEvent } from "../../eventlog/log.ts";
import { FeedEvent } from "../../projections/events.ts";
import type { Services } from "../services.ts";

/** The receivers as they are at a place in the log. */

interface Endpoint {
  readonly life: RecordLife<WebhookBody>;
  readonly disabledPosition: Position | null;
}

export class Endpoints {
  readonly #known: Map<string, Endpoint>;
  readonly #changed = new Set<string>();

  private constructor(known: Map<string, Endpoint>) {
    this.#known = known;
  }

  static async load({ pool }: Pick<Services, "pool">): Promise<Endpoints> {
    const { rows } = await pool.query<{
      id: string;
      life: RecordLife<WebhookBody>;
      disabled_position: string | null;
    }>("select id, life, disabled_position from webhook_endpoints");
    return new Endpoints(
      new Map(
        rows.map(({ id, life, disabled_position: disabledPosition }) => [id, { life, disabledPosition }]),
      ),
    );
  }

  /** An event of a receiver's own. */
  take(recorded: RecordedEvent): void {
    const read = new FeedEvent(recorded).read("webhook");
    if (read.kind !== "webhook") return;
    const before = this.#known.get(read.id);
    const life = webhook.evolve(before?.life ?? null, read.event);
    if (life === null) return;
    const wasDisabled = before?.life.body.enabled === true && !life.body.enabled;
    const disabledPosition = wasDisabled ? recorded.position : (before?.disabledPosition ?? null);
    this.#known.set(read.id, { life, disabledPosition });
    this.#changed.add(read.id);
  }

  isAnybodyThere(): boolean {
    return [...this.#known.values()].some(({ life }) => isOpen(life));
  }

  /** Who is to be told of this. */
  wanting(type: WebhookType): readonly string[] {
    return [...this.#known.values()].flatMap(({ life }) => {
      const { types } = life.body;
      return isOpen(life) && (types === null || types.includes(type)) ? [life.id] : [];
    });
  }

  /** Keeps what has changed. Of one that was deleted nothing waits any more. */
  async save(client: ClientBase): Promise<void> {
    for (const id of this.#changed) {
      const one = this.#known.get(id);
      if (one === undefined) continue;
      const { life, disabledPosition } = one;
      await client.query(
        `insert into webhook_endpoints (id, life, deleted, disabled_position) values ($1, $2, $3, $4)
         on conflict (id) do update
         set life = excluded.life, deleted = excluded.deleted, disabled_position = excluded.disabled_position`,
        [id, JSON.stringify(life), life.deleted, disabledPosition],
      );
      if (life.deleted) await forgetEndpoint(client, id);
    }
    this.#changed.clear();
  }
}

async function forgetEndpoint(client: ClientBase, id: string): Promise<void> {
  for (const table of ["webhook_replays", "webhook_deliveries", "webhook_lanes", "webhook_secrets"]) {
    await client.query(`delete from ${table} where endpoint_id = $1`, [id]);
  }
}

function isOpen({ deleted, body }: RecordLife<WebhookBody>): boolean {
  return !deleted && body.enabled;
}
