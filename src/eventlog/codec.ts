import { hash } from "node:crypto";
import { z } from "zod";
import { type EventData, InvalidEventError, type Position, type RecordedEvent } from "./log.ts";

const instant = z.iso.datetime({ precision: 3 });
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const actor = z.strictObject({ kind: z.enum(["terminal", "user", "key", "system"]), id: z.string() });

const envelope = z.strictObject({
  id: z.string(),
  type: z.string().min(1),
  version: z.int().positive(),
  stream: z.string().min(1),
  revision: z.int().nonnegative(),
  occurredAt: instant,
  recordedAt: instant,
  actor,
  correlationId: z.string(),
  causationId: z.string(),
  prevHash: sha256Hex.nullable(),
  data: z.unknown(),
});

/** Who caused an event. */
export interface Actor {
  readonly kind: "terminal" | "user" | "key" | "system";
  readonly id: string;
}

export interface Meta {
  /** RFC 3339, UTC, milliseconds: `2026-11-21T14:00:00.000Z`. When it happened, as the one who reports it says. */
  readonly occurredAt: string;
  /** The same form. When we decided to store it. */
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string;
}

export interface Envelope extends Meta {
  readonly id: string;
  readonly type: string;
  /** Version of the data's schema, from 1. */
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  /** Hash of the event before it in the stream; null at revision 0. */
  readonly prevHash: string | null;
  /** JSON. */
  readonly data: unknown;
}

export interface DecodedEvent extends Envelope {
  readonly hash: string;
  readonly position: Position;
}

/** A stored event is not what `encode` writes: damaged, or altered. */
export class CorruptEventError extends Error {
  override readonly name = "CorruptEventError";
}

/** SHA-256 of the text's UTF-8 bytes, as 64 lower-case hex digits. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/**
 * The bytes to store: JSON in one fixed order of keys, and their hash.
 * @throws InvalidEventError for an envelope that `decode` would refuse, or data that JSON can't hold
 */
export function encode(event: Envelope): EventData {
  const checked = envelope.safeParse(event);
  if (!checked.success) throw new InvalidEventError(`event ${event.id}: ${z.prettifyError(checked.error)}`);
  if ((event.revision === 0) !== (event.prevHash === null)) {
    throw new InvalidEventError(`event ${event.id}: prevHash is null at revision 0 and nowhere else`);
  }
  const {
    id,
    type,
    version,
    stream,
    revision,
    occurredAt,
    recordedAt,
    correlationId,
    causationId,
    prevHash,
  } = event;
  const head = JSON.stringify({
    id,
    type,
    version,
    stream,
    revision,
    occurredAt,
    recordedAt,
    actor: { kind: event.actor.kind, id: event.actor.id },
    correlationId,
    causationId,
    prevHash,
  });
  const body = `${head.slice(0, -1)},"data":${json(event)}}`;
  return { id, type, body, hash: sha256(body) };
}

/**
 * The envelope of a stored event. Doesn't compute the hash again: that is {@link verifyChain}'s work.
 * @throws CorruptEventError when the body is no envelope, or that of another event
 */
export function decode(recorded: RecordedEvent): DecodedEvent {
  const where = `${recorded.stream} at revision ${recorded.revision}`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(recorded.body);
  } catch (error) {
    throw new CorruptEventError(`${where}: the body is not JSON`, { cause: error });
  }
  const checked = envelope.safeParse(parsed);
  if (!checked.success) throw new CorruptEventError(`${where}: ${z.prettifyError(checked.error)}`);
  const event = checked.data;
  for (const key of ["id", "type", "stream", "revision"] as const) {
    if (event[key] !== recorded[key]) {
      throw new CorruptEventError(
        `${where}: ${key} is "${event[key]}" in the body, "${recorded[key]}" in the log`,
      );
    }
  }
  return { hash: recorded.hash, position: recorded.position, ...event };
}

export type ChainCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly revision: number; readonly why: string };

/**
 * Whether these events of one stream are unaltered and without gaps.
 * @param after where they go on (from a snapshot or an earlier check); absent when they begin at revision 0
 */
export function verifyChain(
  events: readonly RecordedEvent[],
  after?: { readonly revision: number; readonly hash: string },
): ChainCheck {
  let revision = (after?.revision ?? -1) + 1;
  let prevHash = after?.hash ?? null;
  const stream = events[0]?.stream;
  for (const event of events) {
    const why = flaw(event, { stream, revision, prevHash });
    if (why !== undefined) return { ok: false, revision, why };
    revision += 1;
    prevHash = event.hash;
  }
  return { ok: true };
}

function flaw(
  event: RecordedEvent,
  expected: {
    readonly stream: string | undefined;
    readonly revision: number;
    readonly prevHash: string | null;
  },
): string | undefined {
  if (event.stream !== expected.stream) return `an event of stream ${event.stream}`;
  if (event.revision !== expected.revision) return `revision ${event.revision} stands here`;
  if (sha256(event.body) !== event.hash) return "the body doesn't match its hash";
  try {
    if (decode(event).prevHash !== expected.prevHash) return "prevHash is not the hash of the event before";
  } catch (error) {
    if (error instanceof CorruptEventError) return error.message;
    throw error;
  }
  return undefined;
}

// Ours alone: an id made from the same names elsewhere is another id.
const NAMESPACE = "6f0d5b0e-6d0c-4b8e-9a57-3c1f2e4a7d90";

/**
 * The id of the event at `index` (from 0) of what a request causes: the same request always gives the same ids,
 * so storing its events again is recognised.
 */
export function eventId(caller: string, operation: string, requestId: string, index: number): string {
  return uuidv5(NAMESPACE, JSON.stringify([caller, operation, requestId, index]));
}

/** RFC 9562, version 5. */
export function uuidv5(namespace: string, name: string): string {
  const space = Buffer.from(namespace.replaceAll("-", ""), "hex");
  const bytes = hash("sha1", Buffer.concat([space, Buffer.from(name)]), "buffer");
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// Its declared type leaves out what it answers for undefined and functions.
const stringify: (value: unknown) => string | undefined = JSON.stringify;

function json({ id, data }: Envelope): string {
  let text: string | undefined;
  try {
    text = stringify(data);
  } catch (error) {
    throw new InvalidEventError(`event ${id}: data is not JSON`, { cause: error });
  }
  // What JSON.stringify leaves out silently would be missing from the evidence.
  if (text === undefined) throw new InvalidEventError(`event ${id}: data is not JSON`);
  return text;
}
