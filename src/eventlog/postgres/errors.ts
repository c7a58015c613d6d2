import { isInvalidValue, isUnavailable, sqlState } from "../../database/sqlState.ts";
import { InvalidEventError, LogUnavailableError } from "../log.ts";

/** The port's error for what `pg` threw. What isn't of the network is a bug and stays as it is. */
export function translate(error: unknown): unknown {
  if (error instanceof LogUnavailableError || error instanceof InvalidEventError) return error;
  if (!(error instanceof Error) || isProgrammingError(error)) return error;
  const code = sqlState(error);
  if (code === undefined || isUnavailable(code)) {
    return new LogUnavailableError(`PostgreSQL: ${describe(error)}`, { cause: error });
  }
  if (isInvalidValue(code)) return new InvalidEventError(`PostgreSQL: ${error.message}`, { cause: error });
  return error;
}

function isProgrammingError(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

// node's AggregateError (several addresses refused) has an empty message.
function describe(error: Error): string {
  if (error.message !== "") return error.message;
  return "code" in error ? String(error.code) : error.name;
}
