import {
  type EventData,
  type ExpectedRevision,
  InvalidEventError,
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  MAX_BODY_BYTES,
  MAX_NAME_BYTES,
} from "./log.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const WORST_BYTES_A_CODE_UNIT = 3;

/**
 * What every adapter checks before it sends anything.
 * @returns bytes of all bodies together (an upper bound)
 * @throws InvalidEventError
 */
export function checkAppend(
  stream: string,
  events: readonly EventData[],
  expected: ExpectedRevision,
): number {
  checkName("stream", stream);
  if (stream.startsWith("$"))
    throw new InvalidEventError(`stream "${stream}": names beginning with $ are reserved`);
  if (typeof expected === "number" && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new InvalidEventError(
      `expected revision ${expected}: give a whole number from 0, "noStream" or "any"`,
    );
  }
  if (events.length === 0) throw new InvalidEventError("an append needs at least one event");
  if (events.length > MAX_APPEND_EVENTS) {
    throw new InvalidEventError(`${events.length} events in one append, at most ${MAX_APPEND_EVENTS}`);
  }
  let bytes = 0;
  for (const event of events) bytes += checkEvent(event);
  if (bytes > MAX_APPEND_BYTES) {
    bytes = events.reduce((sum, event) => sum + Buffer.byteLength(event.body), 0);
    if (bytes > MAX_APPEND_BYTES) {
      throw new InvalidEventError(`${bytes} bytes in one append, at most ${MAX_APPEND_BYTES}`);
    }
  }
  if (events.length > 1 && new Set(events.map((event) => event.id)).size < events.length) {
    throw new InvalidEventError("the same event id twice in one append");
  }
  return bytes;
}

function checkEvent({ id, type, body, hash }: EventData): number {
  if (!UUID.test(id)) throw new InvalidEventError(`event id "${id}" is not a lower-case UUID`);
  checkName("type", type);
  if (!SHA256.test(hash)) throw new InvalidEventError(`event ${id}: hash is not 64 lower-case hex digits`);
  if (!isStorable(body)) throw new InvalidEventError(`event ${id}: body has U+0000 or a lone surrogate`);
  let bytes = body.length * WORST_BYTES_A_CODE_UNIT;
  if (bytes > MAX_BODY_BYTES) bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) {
    throw new InvalidEventError(`event ${id}: body has ${bytes} bytes, at most ${MAX_BODY_BYTES}`);
  }
  return bytes;
}

function checkName(what: string, name: string): void {
  if (name.length === 0) throw new InvalidEventError(`empty ${what}`);
  if (!isStorable(name)) throw new InvalidEventError(`${what} has U+0000 or a lone surrogate`);
  if (name.length * WORST_BYTES_A_CODE_UNIT > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new InvalidEventError(`${what} is longer than ${MAX_NAME_BYTES} bytes`);
  }
}

// Neither U+0000 nor a lone surrogate survives storage as text.
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
