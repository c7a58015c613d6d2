import { LRUCache } from "lru-cache";
import { cardStream } from "../../domain/card/events.ts";
import { toldOfTerminal } from "../../domain/webhook/deviceMessage.ts";
import type { WebhookType } from "../../domain/webhook/types.ts";
import {
  type EntryPlace,
  messageText,
  placeIn,
  placeWanted,
  type Told,
  toldOfCard,
} from "../../domain/webhook/message.ts";
import { decode } from "../../eventlog/codec.ts";
import type { EventLog, Position, RecordedEvent } from "../../eventlog/log.ts";
import { FeedEvent, type ReadEvent } from "../../projections/events.ts";

/** Streams of which receivers are told, and that of the receivers themselves. */
export const TOLD_PREFIXES = ["card-", "terminal-"];
export const WEBHOOK_PREFIX = "webhook-";

/** What is sent of an event, wherever to. */
export interface Message {
  /** The event's own id. */
  readonly id: string;
  readonly type: WebhookType;
  /** Messages of the same lane follow one another. */
  readonly lane: string;
  readonly position: Position;
  readonly body: string;
}

const PLACES = 50_000;
const PAGE = 500;

/** Makes messages of events, the same ones whenever they are read. */
export class Messages {
  readonly #log: Pick<EventLog, "read">;
  /** By access id. */
  readonly #places = new LRUCache<string, EntryPlace>({ max: PLACES });

  constructor(log: Pick<EventLog, "read">) {
    this.#log = log;
  }

  /** @throws Error for an event that this release does not understand: nothing behind it may be told before */
  async of(recorded: RecordedEvent): Promise<Message | null> {
    const event = new FeedEvent(recorded);
    if (event.kind !== "card" && event.kind !== "terminal") return null;
    const told = await this.#told(event.read(event.kind));
    if (told === null) return null;
    const { id, stream: lane, position } = recorded;
    const { recordedAt } = decode(recorded);
    return { id, type: told.type, lane, position, body: messageText(told, { id, recordedAt, position }) };
  }

  async #told(read: ReadEvent): Promise<Told | null> {
    if (read.kind === "terminal") return toldOfTerminal(read.event, read.id);
    if (read.kind !== "card") return null;
    const first = placeIn(read.event);
    if (first !== null) this.#places.set(first.accessId, first.place);
    const wanted = placeWanted(read.event);
    const place = first?.place ?? (wanted === null ? null : await this.#placeOf(read, wanted));
    return toldOfCard(read.event, read.id, place);
  }

  /** Of an entry that began in the same stream, most often not long before. */
  async #placeOf({ id, revision, stream }: ReadEvent, accessId: string): Promise<EntryPlace> {
    const known = this.#places.get(accessId);
    if (known !== undefined) return known;
    for (let end = revision; end > 0; end -= PAGE) {
      const from = Math.max(0, end - PAGE);
      for (const recorded of await this.#log.read(cardStream(id), { from, limit: end - from })) {
        const read = new FeedEvent(recorded).read("card");
        const found = read.kind === "card" ? placeIn(read.event) : null;
        if (found !== null) this.#places.set(found.accessId, found.place);
        if (found?.accessId === accessId) return found.place;
      }
    }
    throw new Error(`${stream} has no beginning of the entry ${accessId} of its event ${String(revision)}`);
  }
}
