import type { Logger } from "../../logging.ts";

/** A request that was answered, as the log and the metrics know it: by its route, never by its path. */
export interface Access {
  readonly method: string | null;
  /** As OpenAPI writes it; null for what is no route of ours. */
  readonly route: string | null;
  readonly status: number;
  /** The problem's, where it was refused. */
  readonly code: string | null;
  readonly ms: number;
  readonly traceId: string;
  /** `terminal <serial number>`, `user <id>` or `key <id>`, where it has proven who it is. */
  readonly caller: string | null;
  readonly remote: string | null;
}

export type Observe = (access: Access) => void;

export interface AccessLogOptions {
  /** Of the requests that succeed, the share that is written down: 0 to 1. What is refused always is. */
  readonly share: number;
  /** Lines a second; what goes beyond is counted. */
  readonly mostPerSecond: number;
  /** Real time in milliseconds. */
  readonly now: () => number;
}

/** Asked by machines every few seconds. */
const QUIET: ReadonlySet<string | null> = new Set(["/healthz", "/readyz", "/metrics"]);

/** One line a request, at `info`; at `debug` for probes. */
export function accessLog(logger: Logger, { share, mostPerSecond, now }: AccessLogOptions): Observe {
  let second = 0;
  let written = 0;
  let leftOut = 0;
  return (access) => {
    if (QUIET.has(access.route)) {
      if (logger.isLevelEnabled("debug")) logger.debug(lineOf(access), "request");
      return;
    }
    if (!logger.isLevelEnabled("info")) return;
    if (access.status < 400 && !isIn(access.traceId, share)) return;
    const at = Math.floor(now() / 1_000);
    if (at !== second) {
      if (leftOut > 0)
        logger.warn({ requests: leftOut, mostPerSecond }, "requests were left out of this log");
      second = at;
      written = 0;
      leftOut = 0;
    }
    if (written < mostPerSecond) {
      written += 1;
      logger.info(lineOf(access), "request");
    } else leftOut += 1;
  };
}

function lineOf({ status, route, traceId, ms, ...rest }: Access) {
  return { traceId, route, status, ms: Math.round(ms * 10) / 10, ...rest };
}

/** By the trace's id: every instance that a trace passes keeps it, or none. */
function isIn(traceId: string, share: number): boolean {
  return share >= 1 || Number.parseInt(traceId.slice(-8), 16) < share * 2 ** 32;
}
