import type { Position } from "../../eventlog/log.ts";
import { pause, type Wakeup } from "../../eventlog/waiting.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { WebhookBody } from "../../domain/webhook/events.ts";
import { inTransaction } from "../../database/transaction.ts";
import type { Services } from "../services.ts";
import type { Messages } from "./messages.ts";
import { enqueue, type Queued } from "./queue.ts";
import { TOLD_PREFIXES } from "./messages.ts";

/** Tells receivers again what the log holds, from a place up to where the log was when it was asked for. */

const LOOK_MS = 500;
const BATCH = 500;

interface Replay {
  readonly id: string;
  readonly endpoint_id: string;
  readonly position: Position;
  readonly until_position: Position;
  readonly life: RecordLife<WebhookBody> | null;
}

export class Replays {
  readonly #services: Services;
  readonly #messages: Messages;
  readonly #queued: Wakeup;

  constructor(services: Services, messages: Messages, queued: Wakeup) {
    this.#services = services;
    this.#messages = messages;
    this.#queued = queued;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { rows } = await this.#services.pool.query<Replay>(
        `select r.*, e.life from webhook_replays r left join webhook_endpoints e on e.id = r.endpoint_id
         order by r.id limit 1`,
      );
      const [replay] = rows;
      if (replay === undefined) await pause(LOOK_MS, signal);
      else await this.#replay(replay, signal);
    }
  }

  async #replay(replay: Replay, signal: AbortSignal): Promise<void> {
    const { id, until_position: until } = replay;
    let from = replay.position;
    const feed = { after: from, prefixes: TOLD_PREFIXES, batchSize: BATCH, signal };
    for await (const batch of this.#services.log.readAll(feed)) {
      const due = batch.filter(({ position }) => position <= until);
      const last = due.at(-1);
      if (last !== undefined) {
        await this.#queue(replay, from, last.position, due);
        from = last.position;
      }
      if (due.length < batch.length) break;
    }
    // What was stored last may be withheld from feeds for a moment: it is waited for.
    const isWhole = (await this.#services.log.head()) >= until;
    if (signal.aborted || !isWhole) {
      await pause(LOOK_MS, signal);
      return;
    }
    await this.#services.pool.query("delete from webhook_replays where id = $1", [id]);
  }

  async #queue(
    { id, endpoint_id: endpointId, life }: Replay,
    from: Position,
    to: Position,
    due: Parameters<Messages["of"]>[0][],
  ): Promise<void> {
    const { pool, newId, now } = this.#services;
    const given: Queued[] = [];
    for (const recorded of due) {
      const message = await this.#messages.of(recorded);
      const types = life?.body.types ?? null;
      if (message === null || life === null || !(types?.includes(message.type) ?? true)) continue;
      const { id: messageId, ...rest } = message;
      given.push({ id: newId(), endpointId, messageId, ...rest });
    }
    await inTransaction(pool, async (client) => {
      const { rowCount } = await client.query(
        "update webhook_replays set position = $3, queued = queued + $4 where id = $1 and position = $2",
        [id, from, to, given.length],
      );
      if (rowCount !== 1) throw new Error("a replay goes on elsewhere");
      await enqueue(client, given, now(), { again: true });
    });
    this.#queued.ring();
  }
}
