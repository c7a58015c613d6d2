import type { z } from "zod";
import { cardEvent, type CardEvent } from "../../../src/domain/card/events.ts";
import { commandEvent, type CommandEvent } from "../../../src/domain/command/events.ts";
import { EVENT_TYPES } from "../../../src/domain/streams.ts";
import { enrollmentEvent, type EnrollmentEvent } from "../../../src/domain/enrollment/events.ts";
import { key } from "../../../src/domain/key/events.ts";
import { location } from "../../../src/domain/location/events.ts";
import { merchant } from "../../../src/domain/merchant/events.ts";
import { quotaEvent, type QuotaEvent } from "../../../src/domain/quota/events.ts";
import { rulesetEvent, type RulesetEvent } from "../../../src/domain/ruleset/events.ts";
import { terminalEvent, type TerminalEvent } from "../../../src/domain/terminal/events.ts";
import { user } from "../../../src/domain/user/events.ts";
import { decode } from "../../../src/eventlog/codec.ts";
import type { RecordedEvent } from "../../../src/eventlog/log.ts";
import { upcast } from "../../../src/eventlog/upcasters.ts";

/** An event where it stands: `of` is what its stream is named after. */
export interface Read<Event> {
  readonly stream: string;
  readonly of: string;
  readonly revision: number;
  readonly event: Event;
}

/** Streams by what they are named after, each from its first event on. */
export type StreamsOf<Event> = ReadonlyMap<string, readonly Read<Event>[]>;

/** The whole log, sorted into streams, as the domain's own schemas read it. */
export interface ReadLog {
  readonly cards: StreamsOf<CardEvent>;
  readonly terminals: StreamsOf<TerminalEvent>;
  readonly quotas: StreamsOf<QuotaEvent>;
  readonly rulesets: StreamsOf<RulesetEvent>;
  readonly enrollments: StreamsOf<EnrollmentEvent>;
  readonly commands: StreamsOf<CommandEvent>;
  readonly merchants: StreamsOf<z.infer<typeof merchant.event>>;
  readonly locations: StreamsOf<z.infer<typeof location.event>>;
  readonly users: StreamsOf<z.infer<typeof user.event>>;
  readonly keys: StreamsOf<z.infer<typeof key.event>>;
}

/** @throws Error for an event in a stream that no read model is made of, or of a shape that the domain doesn't know */
export function readLog(events: readonly RecordedEvent[]): ReadLog {
  const streamsOf = <Event>(prefix: string, schema: z.ZodType<Event>): StreamsOf<Event> => {
    const streams = new Map<string, Read<Event>[]>();
    for (const recorded of events) {
      const { stream, revision } = recorded;
      if (!stream.startsWith(prefix)) continue;
      const of = stream.slice(prefix.length);
      const { type, version, data } = decode(recorded);
      const event = schema.parse({ type, data: upcast(type, version, data, EVENT_TYPES) });
      const own = streams.get(of) ?? [];
      own.push({ stream, of, revision, event });
      streams.set(of, own);
    }
    return streams;
  };
  return {
    cards: streamsOf("card-", cardEvent),
    terminals: streamsOf("terminal-", terminalEvent),
    quotas: streamsOf("quota-", quotaEvent),
    rulesets: streamsOf("ruleset-", rulesetEvent),
    enrollments: streamsOf("enrollment-", enrollmentEvent),
    commands: streamsOf("command-", commandEvent),
    merchants: streamsOf("merchant-", merchant.event),
    locations: streamsOf("location-", location.event),
    users: streamsOf("user-", user.event),
    keys: streamsOf("key-", key.event),
  };
}

/** The last event of one of these types. */
export function last<Event extends { readonly type: string }, Type extends Event["type"]>(
  events: readonly Read<Event>[],
  ...types: readonly Type[]
): Read<Extract<Event, { type: Type }>> | undefined {
  for (const read of [...events].reverse()) {
    const { event } = read;
    if (isOneOf(event, types)) return { ...read, event };
  }
  return undefined;
}

/** Every event of one of these types. */
export function every<Event extends { readonly type: string }, Type extends Event["type"]>(
  events: readonly Read<Event>[],
  ...types: readonly Type[]
): readonly Read<Extract<Event, { type: Type }>>[] {
  return events.flatMap((read) => {
    const { event } = read;
    return isOneOf(event, types) ? [{ ...read, event }] : [];
  });
}

function isOneOf<Event extends { readonly type: string }, Type extends Event["type"]>(
  event: Event,
  types: readonly Type[],
): event is Extract<Event, { type: Type }> {
  return types.some((type) => type === event.type);
}
