import type { z } from "zod";
import { brandingKind } from "./branding/branding.ts";
import { cardKind } from "./card/kind.ts";
import { commandKind } from "./command/kind.ts";
import { consentKind } from "./consent/consent.ts";
import { deviceKind } from "./device/kind.ts";
import { enrollmentKind } from "./enrollment/kind.ts";
import { key } from "./key/events.ts";
import { location } from "./location/events.ts";
import { messagesKind } from "./messages/messages.ts";
import { merchant } from "./merchant/events.ts";
import { quotaKind } from "./quota/kind.ts";
import { rulesetKind } from "./ruleset/kind.ts";
import type { StreamKind, Upcaster, Upcasters } from "./streamKind.ts";
import { terminalKind } from "./terminal/kind.ts";
import { termsKindOfStream } from "./terms/terms.ts";
import { user } from "./user/events.ts";
import { webhook } from "./webhook/events.ts";

/**
 * Every kind of stream, by what stands before the first `-` of its streams' names. Reading and writing the log, the
 * projections, the services, the golden events and the event catalogue are made from this list. Names are storage: a kind
 * is added here and never taken out.
 */
const KINDS = {
  card: cardKind,
  terminal: terminalKind,
  quota: quotaKind,
  ruleset: rulesetKind,
  merchant,
  location,
  user,
  key,
  terms: termsKindOfStream,
  consent: consentKind,
  branding: brandingKind,
  enrollment: enrollmentKind,
  device: deviceKind,
  command: commandKind,
  webhook,
  messages: messagesKind,
};

export type StreamKindName = keyof typeof KINDS;

/** The states and events of each kind. */
export type StateOf = { readonly [Kind in StreamKindName]: (typeof KINDS)[Kind]["decider"]["initial"] };
export type EventOf = { readonly [Kind in StreamKindName]: z.infer<(typeof KINDS)[Kind]["event"]> };

export const STREAMS: {
  readonly [Kind in StreamKindName]: StreamKind<StateOf[Kind], EventOf[Kind]>;
} = KINDS;

function isStreamKind(name: string): name is StreamKindName {
  return Object.hasOwn(KINDS, name);
}

export const STREAM_KINDS: readonly StreamKindName[] = Object.keys(KINDS).filter(isStreamKind);

/** The kind of a stream, by its name; null for one that is none of ours. */
export function kindOfStream(stream: string): StreamKindName | null {
  const prefix = stream.slice(0, Math.max(0, stream.indexOf("-")));
  return isStreamKind(prefix) ? prefix : null;
}

function stepsOf({ types, upcasters = {} }: { types: readonly string[]; upcasters?: Upcasters }) {
  return types.map((type): readonly [string, readonly Upcaster[]] => [type, upcasters[type] ?? []]);
}

/** Every event type that may stand in the log, with the steps from each older version of its data to the next. */
export const EVENT_TYPES: Upcasters = Object.fromEntries(
  STREAM_KINDS.flatMap((kind) => stepsOf(STREAMS[kind])),
);
