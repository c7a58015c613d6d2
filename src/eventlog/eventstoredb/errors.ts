import { InvalidEventError, LogBusyError, LogUnavailableError } from "../log.ts";

/** The client's own name for an error; undefined for one of gRPC, the network or the language. */
export function typeOf(error: unknown): string | undefined {
  return error instanceof Error && "type" in error && typeof error.type === "string" ? error.type : undefined;
}

/** What gRPC tells of a failed handshake is a riddle to whoever set the address. */
const OF_TLS: readonly (readonly [what: RegExp, advice: string])[] = [
  [
    /wrong version number|packet length too long/i,
    "the server speaks no TLS: add ?tls=false to its address where the way there is safe, or turn TLS on in the server",
  ],
  [
    /self.signed|unable to (get|verify)|altnames|certificate has expired/i,
    "the server's certificate does not convince us: give its CA by ?tlsCAFile=, and the name that it is for",
  ],
];

/**
 * The port's error for what the client threw. Its errors tell little apart: a server that is gone is first an
 * `UnavailableError`, then a bare gRPC error, and a plain `Error` when no node of a cluster can be found.
 * Whatever isn't a bug or an event's own fault is therefore the server's.
 */
export function translate(error: unknown): unknown {
  if (error instanceof LogUnavailableError || error instanceof LogBusyError) return error;
  if (error instanceof InvalidEventError || !(error instanceof Error) || isProgrammingError(error))
    return error;
  const type = typeOf(error);
  if (type === "maximum-append-size-exceeded") {
    return new InvalidEventError("EventStoreDB: the append is too large", { cause: error });
  }
  if (type === "access-denied") {
    const advice = "give a user that may read and write in EVENTSTORE_URL";
    return new LogUnavailableError(`EventStoreDB: access denied; ${advice}`, { cause: error });
  }
  const what = error.message === "" ? (type ?? error.name) : error.message.replaceAll(/\s+/g, " ").trim();
  const advice = OF_TLS.find(([pattern]) => pattern.test(what))?.[1];
  return new LogUnavailableError(`EventStoreDB: ${advice ?? what}`, { cause: error });
}

function isProgrammingError(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
