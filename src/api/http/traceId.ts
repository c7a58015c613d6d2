import { holdsCardNumber, holdsSchemesNumber, withoutCardNumbers } from "../../domain/cardNumbers.ts";

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

/** Makes trace ids that the log shows as they are: in one of some 8,000 its guard would see a card number. */
export function traceIds(randomBytes: (count: number) => Buffer): () => string {
  return () => {
    for (;;) {
      const traceId = randomBytes(16).toString("hex");
      if (!isAltered(traceId)) return traceId;
    }
  };
}

function fresh(newTraceId: () => string): Trace {
  return { traceId: newTraceId(), parent: null };
}

/** It goes into every event and answer: as a whole, in hex, or in a part of it. */
function isAltered(traceId: string): boolean {
  if (withoutCardNumbers(traceId, "") !== traceId) return true;
  if (!/\d{12}/.test(traceId)) return false;
  const runs = traceId.match(/\d+/g) ?? [];
  return holdsCardNumber(traceId, "text") || runs.some(holdsSchemesNumber);
}
