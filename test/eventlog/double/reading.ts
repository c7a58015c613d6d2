import { Metadata, type ServerWritableStream, status } from "@grpc/grpc-js";
import messages from "@eventstore/db-client/generated/streams_pb.js";
import {
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  notFoundMessage,
  streamName,
} from "./messages.ts";
import type { Store, StoredEvent } from "./store.ts";

type Call = ServerWritableStream<messages.ReadReq, messages.ReadResp>;
type Options = messages.ReadReq.Options;

const BACKWARDS = messages.ReadReq.Options.ReadDirection.BACKWARDS;

/** Reads of a stream or of the whole log, and subscriptions. */
export async function answerRead(store: Store, call: Call): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) throw new Error("a read without options");
  const inStream = options.getStream();
  if (inStream !== undefined) {
    const name = streamName(inStream.getStreamIdentifier());
    const there = store.stream(name);
    if (there === undefined) await send(call, notFoundMessage(name));
    else {
      const from = inStream.hasRevision() ? Number(inStream.getRevision()) : inStream.hasEnd() ? "end" : 0;
      await sendAll(
        call,
        page(there, (event) => event.revision, from, options),
      );
    }
    call.end();
  } else if (options.hasSubscription()) {
    await follow(store, call, options);
  } else {
    const from = placeOf(store, options);
    await sendAll(
      call,
      page(store.records, (event) => event.position, from ?? 0n, options),
    );
    call.end();
  }
}

/** Forwards from what is named, with it; backwards from the end with it, from a place in `$all` without it. */
function page<Key extends number | bigint>(
  events: readonly StoredEvent[],
  keyOf: (event: StoredEvent) => Key,
  from: Key | "end",
  options: Options,
): readonly StoredEvent[] {
  const isBackwards = options.getReadDirection() === BACKWARDS;
  const isWithin = (event: StoredEvent): boolean => {
    if (from === "end") return isBackwards;
    return isBackwards ? keyOf(event) < from : keyOf(event) >= from;
  };
  const found = events.filter(isWithin);
  return (isBackwards ? found.toReversed() : found).slice(0, Number(options.getCount()));
}

/** Null for the start. A number that is no record's beginning is refused, as the real server refuses it. */
function placeOf(store: Store, options: Options): bigint | "end" | null {
  const all = options.getAll();
  if (all?.hasEnd() === true) return "end";
  const place = all?.getPosition();
  if (place === undefined) return null;
  const position = BigInt(place.getCommitPosition());
  if (!store.isPlace(position)) {
    throw Object.assign(new Error("Unexpected error: position inside a record"), { code: status.UNKNOWN });
  }
  return position;
}

/** What comes after a place, then what is written, until the caller goes; the server looks at a window at a time. */
async function follow(store: Store, call: Call, options: Options): Promise<void> {
  const from = placeOf(store, options);
  const after = from === "end" ? (store.records.at(-1)?.position ?? -1n) : (from ?? -1n);
  const filter = options.getFilter();
  const matches = filterOf(filter);
  const window = (filter?.getMax() ?? 32) * (filter?.getCheckpointintervalmultiplier() ?? 1);
  await send(call, confirmationMessage());
  let next = store.records.findIndex(({ position }) => position > after);
  if (next === -1) next = store.records.length;
  let looked = 0;
  while (!call.cancelled && !call.destroyed) {
    for (; next < store.records.length; next += 1) {
      const record = store.records[next];
      if (record === undefined) break;
      if (matches(record)) await send(call, eventMessage(record));
      looked += 1;
      // Whether anything matched or not; the caller may be far behind.
      if (filter !== undefined && looked % window === 0) await send(call, checkpointMessage(record.position));
    }
    await written(store, call);
  }
}

function filterOf(
  filter: messages.ReadReq.Options.FilterOptions | undefined,
): (event: StoredEvent) => boolean {
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (expression === undefined) return () => true;
  const isByType = filter?.hasEventType() === true;
  const prefixes = expression.getPrefixList();
  const pattern = prefixes.length === 0 ? new RegExp(expression.getRegex()) : undefined;
  return ({ stream, metadata }) => {
    const text = isByType ? (metadata.get("type") ?? "") : stream;
    return pattern?.test(text) ?? prefixes.some((prefix) => text.startsWith(prefix));
  };
}

async function written(store: Store, call: Call): Promise<void> {
  // Through the call, so that one pair of listeners waits for either.
  const stop = store.onWritten(() => call.emit("written"));
  await firstOf(call, ["written", "cancelled", "close"]);
  stop();
}

function firstOf(call: Call, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) call.off(event, done);
      resolve();
    };
    for (const event of events) call.on(event, done);
  });
}

async function sendAll(call: Call, events: readonly StoredEvent[]): Promise<void> {
  for (const event of events) await send(call, eventMessage(event));
}

/** How many messages all reads were answered with. */
export const sent = { messages: 0 };

/** Waits while the caller is behind. */
async function send(call: Call, message: messages.ReadResp): Promise<void> {
  sent.messages += 1;
  if (call.cancelled || call.destroyed || call.write(message)) return;
  await firstOf(call, ["drain", "cancelled", "close"]);
}

/** As the real server says that another node leads. */
export function notLeader(host: string, port: number): { code: status; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  metadata.set("exception", "not-leader");
  metadata.set("leader-endpoint-host", host);
  metadata.set("leader-endpoint-port", String(port));
  return { code: status.NOT_FOUND, details: "Leader info available", metadata };
}
