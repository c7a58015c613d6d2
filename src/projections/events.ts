import { z } from "zod";
import { cardEvent, type CardEvent } from "../domain/card/events.ts";
import { EVENT_TYPES } from "../domain/eventTypes.ts";
import { key, type KeyBody } from "../domain/key/key.ts";
import { location, type LocationBody } from "../domain/location/location.ts";
import { merchant, type MerchantBody } from "../domain/merchant/merchant.ts";
import { quotaEvent, type QuotaEvent } from "../domain/quota/events.ts";
import type { RecordEvent } from "../domain/record.ts";
import { rulesetEvent, type RulesetEvent } from "../domain/ruleset/stream.ts";
import { terminalEvent, type TerminalEvent } from "../domain/terminal/events.ts";
import { user, type UserBody } from "../domain/user/user.ts";
import { decode } from "../eventlog/codec.ts";
import type { RecordedEvent } from "../eventlog/log.ts";
import { upcast } from "../eventlog/upcasters.ts";

interface Place {
  readonly stream: string;
  /** The stream's name without its prefix. */
  readonly id: string;
  readonly revision: number;
}

/** An event of the log as a projection reads it. */
export type ReadEvent = Place &
  (
    | { readonly kind: "card"; readonly event: CardEvent }
    | { readonly kind: "terminal"; readonly event: TerminalEvent }
    | { readonly kind: "quota"; readonly event: QuotaEvent }
    | { readonly kind: "ruleset"; readonly event: RulesetEvent }
    | { readonly kind: "merchant"; readonly event: RecordEvent<MerchantBody> }
    | { readonly kind: "location"; readonly event: RecordEvent<LocationBody> }
    | { readonly kind: "user"; readonly event: RecordEvent<UserBody> }
    | { readonly kind: "key"; readonly event: RecordEvent<KeyBody> }
  );

/** What stands before the first `-` of a stream's name. */
export const STREAM_KINDS = [
  "card",
  "terminal",
  "quota",
  "ruleset",
  "merchant",
  "location",
  "user",
  "key",
] as const;
export type StreamKindName = (typeof STREAM_KINDS)[number];

const NAMES: ReadonlySet<string> = new Set(STREAM_KINDS);

function isKind(name: string): name is StreamKindName {
  return NAMES.has(name);
}

/** An event whose body is looked at only when a projection wants it, and then once for all of them. */
export class FeedEvent {
  readonly recorded: RecordedEvent;
  /** Null for a stream that no read model knows. */
  readonly kind: StreamKindName | null;
  #read: ReadEvent | undefined;

  constructor(recorded: RecordedEvent) {
    this.recorded = recorded;
    const prefix = recorded.stream.slice(0, Math.max(0, recorded.stream.indexOf("-")));
    this.kind = isKind(prefix) ? prefix : null;
  }

  /** @throws UnknownEventError | CorruptEventError | Error when the event can't be understood */
  read(kind: StreamKindName): ReadEvent {
    this.#read ??= readEvent(this.recorded, kind);
    return this.#read;
  }
}

function readEvent(recorded: RecordedEvent, kind: StreamKindName): ReadEvent {
  const { type, version, data } = decode(recorded);
  const written = { type, data: upcast(type, version, data, EVENT_TYPES) };
  const { stream, revision } = recorded;
  const place = { stream, id: stream.slice(kind.length + 1), revision };
  const parse = <Event>(schema: z.ZodType<Event>): Event => {
    const parsed = schema.safeParse(written);
    if (parsed.success) return parsed.data;
    throw new Error(`${type} has no place in ${stream}, or not this shape: ${z.prettifyError(parsed.error)}`);
  };
  switch (kind) {
    case "card":
      return { kind, event: parse(cardEvent), ...place };
    case "terminal":
      return { kind, event: parse(terminalEvent), ...place };
    case "quota":
      return { kind, event: parse(quotaEvent), ...place };
    case "ruleset":
      return { kind, event: parse(rulesetEvent), ...place };
    case "merchant":
      return { kind, event: parse(merchant.event), ...place };
    case "location":
      return { kind, event: parse(location.event), ...place };
    case "user":
      return { kind, event: parse(user.event), ...place };
    case "key":
      return { kind, event: parse(key.event), ...place };
  }
}
