import { isAltered } from "../../engine/traceIds.ts";

/** The trace a request belongs to; `parent` where whoever sent it is in a span of that trace. */
export interface Trace {
  /** 32 hex digits: in the answer, in the log and in every event of the request. */
  readonly traceId: string;
  readonly parent: { readonly spanId: string; readonly sampled: boolean } | null;
}

const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NONE = /^0+$/;

/** Of a W3C `traceparent`, else a new one. */
export function traceOf(traceparent: string | undefined, newTraceId: () => string): Trace {
  const [, traceId, spanId, flags] = traceparent === undefined ? [] : (TRACE_PARENT.exec(traceparent) ?? []);
  if (traceId === undefined || spanId === undefined || flags === undefined) return fresh(newTraceId);
  if (NONE.test(traceId) || NONE.test(spanId) || isAltered(traceId)) return fresh(newTraceId);
  return { traceId, parent: { spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 } };
}

function fresh(newTraceId: () => string): Trace {
  return { traceId: newTraceId(), parent: null };
}
