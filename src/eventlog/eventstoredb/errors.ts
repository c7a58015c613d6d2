import { InvalidEventError, LogBusyError, LogUnavailableError } from "../log.ts";

/** The client's own name for an error; undefined for one of gRPC, the network or the language. */
export function typeOf(error: unknown): string | undefined {
  return error instanceof Error && "type" in error && typeof error.type === "string" ? error.type : undefined;
}

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
  const what = error.message === "" ? (type ?? error.name) : error.message;
  return new LogUnavailableError(`EventStoreDB: ${what}`, { cause: error });
}

function isProgrammingError(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
