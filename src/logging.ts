import { type DestinationStream, type Logger, pino } from "pino";

import { withoutCardNumbers } from "./domain/cardNumbers.ts";
import { isPan } from "./domain/pan.ts";
import type { LogLevel } from "./settings.ts";

export type { Logger } from "pino";

const REPLACEMENT = "[card number removed]";

/**
 * The logger of the process: one JSON object a line, to standard output unless told otherwise. Whatever is logged, in a
 * message, a nested member, a key or an error's stack, passes {@link maskCardNumbers}; names and secrets are for the caller to leave out.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
  /** Told when nobody reads standard output any more; what is logged from then on is lost. */
  readonly onUnread?: () => void;
}): Logger {
  const destination = options.destination ?? standardOutput(options.onUnread);
  return pino(
    // An epoch in milliseconds has 13 digits, and every tenth one would pass for a card number.
    {
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      base: { pid: process.pid },
      serializers: { err: errorSaid },
    },
    { write: (line) => destination.write(maskCardNumbers(line)) },
  );
}

/** What an error says of itself, and no object that hangs on it: a driver's errors hold connections with their secrets. */
function errorSaid(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === "object" && error !== null ? "not an error" : error;
  const { name, message, stack, cause } = error;
  const plain = Object.entries(error).filter(
    ([member, value]) => SAID.has(member) && ["string", "number", "boolean"].includes(typeof value),
  );
  const errors = error instanceof AggregateError ? error.errors.slice(0, 5) : [];
  return {
    type: name,
    message,
    stack,
    ...Object.fromEntries(plain),
    ...(cause === undefined || depth > 3 ? {} : { cause: errorSaid(cause, depth + 1) }),
    ...(errors.length === 0 || depth > 3
      ? {}
      : { errors: errors.map((one: unknown) => errorSaid(one, depth + 1)) }),
  };
}

/** Of Node's, PostgreSQL's, gRPC's and our own errors. */
const SAID: ReadonlySet<string> = new Set([
  ...["code", "errno", "syscall", "address", "port", "path"],
  ...["severity", "detail", "hint", "schema", "table", "column", "constraint", "routine"],
  ...["details", "type", "stream", "actualVersion", "expectedVersion", "actual", "expected"],
]);

function standardOutput(onUnread: (() => void) | undefined): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true });
  output.on("error", () => onUnread?.());
  return output;
}

const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"?|(?<![\d.])\d{12,19}(?![\d.])/g;

/**
 * Replaces what looks like a card number in a line of JSON, by the same guard that requests pass
 * ({@link withoutCardNumbers}). The line stays valid JSON.
 */
export function maskCardNumbers(line: string): string {
  return line.replace(STRINGS_AND_NUMBERS, (token) => {
    if (token.length < SHORTEST || INSTANT.test(token) || TRACE_ID.test(token)) return token;
    if (plain.has(token)) return token;
    const masked = maskToken(token);
    if (masked === token && token.length <= LONGEST_PLAIN) {
      if (plain.size >= MOST_PLAIN) plain.clear();
      plain.add(token);
    }
    return masked;
  });
}

// A line a request: most of its words (routes, callers, messages) come again with the next one, and looking at each of
// them closely takes longer than all the rest. Kept are only those without a card number.
const plain = new Set<string>();
const MOST_PLAIN = 2_000;
const LONGEST_PLAIN = 80;
/** Fewer digits are no card number. */
const SHORTEST = 12;
const INSTANT = /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$/;

/** With four letters among its digits it is a hash to the guard, whatever the digits are. */
const TRACE_ID = /^"(?=(?:\d*[a-f]){4})[0-9a-f]{32}"$/;

function maskToken(token: string): string {
  if (!token.startsWith('"')) return isPan(token) ? `"${REPLACEMENT}"` : token;
  const end = token.length > 1 && token.endsWith('"') ? token.length - 1 : token.length;
  const text = withoutCardNumbers(token.slice(1, end), REPLACEMENT);
  return `"${text}${token.slice(end)}`;
}
