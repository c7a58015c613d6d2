/** Why a call to the outside has no answer. */
export const OUTBOUND_CAUSES = [
  /** The URL, or every address its name has, is not one we may call. */
  "REFUSED_ADDRESS",
  /** The name has no address. */
  "NO_ADDRESS",
  /** Nobody took the connection. */
  "NO_CONNECTION",
  /** What answered could not show that it is who the URL says. */
  "NOT_TRUSTED",
  "NO_ANSWER_IN_TIME",
  /** The connection ended before the answer was whole. */
  "BROKEN_OFF",
  /** What came is no HTTP. */
  "NOT_HTTP",
  /** The answer is longer than is read. */
  "TOO_LONG",
] as const;
export type OutboundCause = (typeof OUTBOUND_CAUSES)[number];

export interface OutboundRequest {
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
  /** From the call to the last byte of the answer. */
  readonly deadlineMs: number;
  /** The most of an answer's body that is read. */
  readonly maxBytes: number;
  /** What a longer body means: its beginning is enough, or the call failed (`TOO_LONG`). */
  readonly longer: "CUT" | "FAIL";
}

export interface Answered {
  readonly outcome: "ANSWERED";
  /** As it came: a redirect is an answer too, nobody follows it. */
  readonly status: number;
  /** Names in lower case; of a header that came more than once, the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer than `maxBytes`. */
  readonly cut: boolean;
  readonly ms: number;
}

export interface Failed {
  readonly outcome: "FAILED";
  readonly cause: OutboundCause;
  /** The request was on its way: whoever has it may have done what it asks. */
  readonly mayBeProcessed: boolean;
  readonly ms: number;
}

export type OutboundAnswer = Answered | Failed;

export interface Outbound {
  /** Whether such a URL may be called at all, as far as it says so by itself; an address is looked at when it is called. */
  accepts(url: string): boolean;
  /** Never throws for what is outside. */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Ends what is under way. */
  close(): Promise<void>;
}
