/** The headers that mean something here, as the document says them. Others are HTTP's own. */

interface HeaderText {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export const REQUEST_HEADERS = {
  "Idempotency-Key": {
    description:
      "The write is done once for this key, and its repeat within 24 hours is answered as before. The same key with another request is 409.",
    schema: { type: "string", pattern: "^[\\x20-\\x7e]{1,255}$" },
  },
  "If-Match": {
    description:
      "ETags of the version that is to be changed, or `*`. If it was changed meanwhile: 412. Absent: whatever the version.",
    schema: { type: "string" },
  },
  "Wait-For": {
    description:
      "The `Position` of a write that this read has to show. Waits up to five seconds for it, else 503 with `Retry-After`.",
    schema: { type: "string" },
  },
  "Accept-Language": {
    description:
      "The language of `message`: English, Polish, German, Spanish or Turkish. English by default.",
    schema: { type: "string" },
  },
  "If-None-Match": {
    description: "The `ETag` of what the caller has: 304 while it is the same.",
    schema: { type: "string" },
  },
  "Device-Id": {
    description: "The serial number of the device that has signed.",
    schema: { type: "string" },
  },
  "Device-Timestamp": {
    description: "When it was signed, RFC 3339 in UTC: at most 5 minutes ago, at most 1 ahead.",
    schema: { type: "string" },
  },
  "Device-Nonce": {
    description: "16 to 64 characters (A to Z, a to z, 0 to 9, - and _), new with each request.",
    schema: { type: "string" },
  },
  "Device-Signature": {
    description:
      "Base64 of RSASSA-PKCS1-v1_5 with SHA-256, by the device's key, over five lines without one more at the end: method, path, SHA-256 of the body in lower-case hexadecimal, Device-Timestamp, Device-Nonce.",
    schema: { type: "string" },
  },
  Prefer: {
    description:
      "`respond-async`: answered at once; `wait=n`: after n seconds at most, whatever the device has said by then.",
    schema: { type: "string" },
  },
  "Last-Event-ID": {
    description: "The id of the last event that was heard: the stream goes on after it.",
    schema: { type: "string" },
  },
} as const satisfies Readonly<Record<string, HeaderText>>;
export type RequestHeader = keyof typeof REQUEST_HEADERS;

export const RESPONSE_HEADERS = {
  ETag: { description: "The version, for `If-Match` or `If-None-Match`.", schema: { type: "string" } },
  Position: {
    description:
      "Where what was written stands in the log, for `Wait-For`. Absent where nothing was written.",
    schema: { type: "string" },
  },
  "List-Validity": {
    description:
      "Compact JWS: for which terminal the list counts, and until when. Also where the list itself is the same.",
    schema: { type: "string" },
  },
  Location: { description: "Where it is found from now on.", schema: { type: "string" } },
  "Set-Cookie": {
    description: "The session's cookie, or its end.",
    schema: { type: "string" },
  },
  "Retry-After": {
    description: "After how many seconds to send the request again.",
    schema: { type: "integer", minimum: 0 },
  },
  "Content-Encoding": {
    description: "`gzip`, where the caller takes it and it is worth it.",
    schema: { type: "string" },
  },
  Vary: { description: "`Accept-Encoding`.", schema: { type: "string" } },
  "Content-Disposition": {
    description: "A name for the file.",
    schema: { type: "string" },
  },
  "X-Accel-Buffering": {
    description: "`no`: a proxy is to pass on what comes, as it comes.",
    schema: { type: "string" },
  },
  "WWW-Authenticate": {
    description: "`Bearer`; `Basic` for a vendor's clients.",
    schema: { type: "string" },
  },
} as const satisfies Readonly<Record<string, HeaderText>>;
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;
