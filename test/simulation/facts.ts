import { type CardEvent, cardEvent } from "../../src/domain/card/events.ts";
import { type QuotaEvent, quotaEvent } from "../../src/domain/quota/events.ts";
import { type RulesetEvent, rulesetEvent } from "../../src/domain/ruleset/events.ts";
import { type TerminalEvent, terminalEvent } from "../../src/domain/terminal/events.ts";
import { CorruptEventError, decode } from "../../src/eventlog/codec.ts";
import type { Position, RecordedEvent } from "../../src/eventlog/log.ts";
import type { z } from "zod";
import type { World } from "./world.ts";

export interface Fact<Event> {
  readonly event: Event;
  /** The card, ruleset or terminal that the stream is named after. */
  readonly of: string;
  readonly revision: number;
  readonly position: Position;
}

/** The log as it is in the end, read without any of the engine's folds. */
export interface Facts {
  readonly events: readonly RecordedEvent[];
  readonly cards: ReadonlyMap<string, readonly Fact<CardEvent>[]>;
  readonly quotas: ReadonlyMap<string, readonly Fact<QuotaEvent>[]>;
  readonly rulesets: ReadonlyMap<string, readonly Fact<RulesetEvent>[]>;
  readonly terminals: ReadonlyMap<string, readonly Fact<TerminalEvent>[]>;
}

export async function readFacts(world: World): Promise<Facts> {
  const events: RecordedEvent[] = [];
  for await (const batch of world.log.memory.readAll({ after: "" })) events.push(...batch);
  return {
    events,
    cards: byStream(events, "card-", cardEvent),
    quotas: byStream(events, "quota-", quotaEvent),
    rulesets: byStream(events, "ruleset-", rulesetEvent),
    terminals: byStream(events, "terminal-", terminalEvent),
  };
}

function byStream<Event>(
  events: readonly RecordedEvent[],
  prefix: string,
  schema: z.ZodType<Event>,
): ReadonlyMap<string, readonly Fact<Event>[]> {
  const streams = new Map<string, Fact<Event>[]>();
  for (const recorded of events) {
    const { stream, revision, position, type } = recorded;
    if (!stream.startsWith(prefix)) continue;
    const of = stream.slice(prefix.length);
    const facts = streams.get(of) ?? [];
    facts.push({ event: schema.parse({ type, data: dataOf(recorded) }), of, revision, position });
    streams.set(of, facts);
  }
  return streams;
}

/** An event that can't be read is the matter of another invariant. */
function dataOf(recorded: RecordedEvent): unknown {
  try {
    return decode(recorded).data;
  } catch (error) {
    if (!(error instanceof CorruptEventError)) throw error;
    const body: unknown = JSON.parse(recorded.body);
    return typeof body === "object" && body !== null && "data" in body ? body.data : null;
  }
}
