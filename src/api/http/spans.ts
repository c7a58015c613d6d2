import type { Trace } from "./traceId.ts";

export interface RequestTrace extends Trace {
  readonly method: string;
  /** As OpenAPI writes it. */
  readonly route: string;
}

/** Answers a request within a span of its trace. */
export type Around = (request: RequestTrace, answer: () => Promise<Response>) => Promise<Response>;
