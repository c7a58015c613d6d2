import { sqlState } from "../../database/sqlState.ts";
import { InvalidEventError, LogUnavailableError } from "../log.ts";

/** Raised by `append_events` when `log_epoch` names another cluster than the one it runs on. */
export const NEW_CLUSTER = "AD002";

// 08 connection, 25006 read-only (a standby after failover), 40 rollback, 53 resources, 55P03 lock timeout,
// 57 operator intervention (shutdown, crash, statement timeout), 58 system error.
const UNAVAILABLE = /^(08|25006|40|53|55P03|57|58)/;
// 22 data exception, 54 program limit exceeded.
const INVALID = /^(22|54)/;

/** The port's error for what `pg` threw. What isn't of the network is a bug and stays as it is. */
export function translate(error: unknown): unknown {
  if (error instanceof LogUnavailableError || error instanceof InvalidEventError) return error;
  if (!(error instanceof Error) || isProgrammingError(error)) return error;
  const code = sqlState(error);
  if (code === undefined || UNAVAILABLE.test(code)) {
    return new LogUnavailableError(`PostgreSQL: ${describe(error)}`, { cause: error });
  }
  if (INVALID.test(code)) return new InvalidEventError(`PostgreSQL: ${error.message}`, { cause: error });
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
