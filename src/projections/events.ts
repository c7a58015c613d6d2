import { z } from "zod";
import { EVENT_TYPES, type EventOf, kindOfStream, STREAMS, type StreamKindName } from "../domain/streams.ts";
import { decode } from "../eventlog/codec.ts";
import type { RecordedEvent } from "../eventlog/log.ts";
import { upcast } from "../eventlog/upcasters.ts";

interface Place {
  readonly stream: string;
  /** The stream's name without its prefix. */
  readonly id: string;
  readonly revision: number;
}

/** An event of a kind of stream as a projection reads it. */
type ReadEventOf<Kind extends StreamKindName> = {
  readonly [One in Kind]: Place & { readonly kind: One; readonly event: EventOf[One] };
}[Kind];

/** An event of the log as a projection reads it. */
export type ReadEvent = ReadEventOf<StreamKindName>;

/** An event whose body is looked at only when a projection wants it, and then once for all of them. */
export class FeedEvent {
  readonly recorded: RecordedEvent;
  /** Null for a stream that no read model knows. */
  readonly kind: StreamKindName | null;
  #read: ReadEvent | undefined;

  constructor(recorded: RecordedEvent) {
    this.recorded = recorded;
    this.kind = kindOfStream(recorded.stream);
  }

  /** @throws UnknownEventError | CorruptEventError | Error when the event can't be understood */
  read(kind: StreamKindName): ReadEvent {
    this.#read ??= readEvent(this.recorded, kind);
    return this.#read;
  }
}

function readEvent<Kind extends StreamKindName>(recorded: RecordedEvent, kind: Kind): ReadEventOf<Kind> {
  const { type, version, data } = decode(recorded);
  const written = { type, data: upcast(type, version, data, EVENT_TYPES) };
  const { stream, revision } = recorded;
  const parsed = STREAMS[kind].event.safeParse(written);
  if (!parsed.success)
    throw new Error(`${type} has no place in ${stream}, or not this shape: ${z.prettifyError(parsed.error)}`);
  return { kind, event: parsed.data, stream, id: stream.slice(kind.length + 1), revision };
}
