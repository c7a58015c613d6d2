import { type Context, headerOf } from "./context.ts";
import { invalid, type Problem, problem } from "./problems.ts";

/** The JSON of a request's body, read at most as far as is allowed. */
export async function readJson(
  context: Context,
  maxBytes: number,
): Promise<{ readonly kind: "json"; readonly value: unknown; readonly bytes: Uint8Array } | Problem> {
  const type = headerOf(context, "content-type");
  const encoding = encodingProblem((name) => headerOf(context, name));
  if (encoding !== null) {
    await drained(context.req.raw.body);
    return encoding;
  }
  const length = Number(headerOf(context, "content-length") ?? "0");
  // Read whole where its length is told, which the server holds the sender to: far cheaper than by a stream.
  const bytes =
    length > maxBytes
      ? await drained(context.req.raw.body)
      : length > 0
        ? await context.req.raw.arrayBuffer()
        : await readBytes(context.req.raw.body, maxBytes);
  if (bytes === null) return problem("TOO_LARGE", `At most ${String(maxBytes)} bytes are taken here.`);
  const read = new Uint8Array(bytes);
  const text = utf8(bytes);
  if (text === null) return problem("MALFORMED_JSON", "The body is not UTF-8.");
  // An empty body without a type is an empty object: for commands all of whose members are optional.
  if (text === "" && type === undefined) return { kind: "json", value: {}, bytes: read };
  if (type === undefined || !/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(type)) {
    return problem("UNSUPPORTED_MEDIA_TYPE", "application/json is wanted.");
  }
  if (text === "") return { kind: "json", value: {}, bytes: read };
  try {
    const value: unknown = JSON.parse(text);
    return prototypeNamed(text, value) ?? { kind: "json", value, bytes: read };
  } catch {
    return problem("MALFORMED_JSON");
  }
}

// Also written with escapes.
const MAY_NAME_PROTOTYPE = /__proto__|\\u005f/i;

/** A member of this name is lost wherever objects are copied: it is refused, and not taken in silence. */
function prototypeNamed(text: string, value: unknown): Problem | null {
  const pointer = MAY_NAME_PROTOTYPE.test(text) ? pointerToPrototype(value) : null;
  return pointer === null ? null : invalid(pointer, "a member may not be named so");
}

/** As deep as what JSON.parse takes. */
function pointerToPrototype(root: unknown): string | null {
  const left: { readonly value: unknown; readonly pointer: string }[] = [{ value: root, pointer: "" }];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { value, pointer } = one;
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) return `${pointer}/__proto__`;
    for (const [name, inner] of Object.entries(value)) {
      left.push({ value: inner, pointer: `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` });
    }
  }
  return null;
}

/** Most that is read and thrown away of a body that is too large. */
const MOST_DRAINED = 33_554_432;

/** Lets a sender finish, so that it reads the refusal and not a broken connection. Answers null. */
async function drained(stream: ReadableStream<Uint8Array> | null): Promise<null> {
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > MOST_DRAINED) break;
  }
  return null;
}

/** Null when there is more than `maxBytes`. */
export async function readBytes(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MOST_DRAINED) return null;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size > maxBytes ? null : Buffer.concat(chunks);
}

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Null for what is no UTF-8: what a lenient reader puts in its place would be kept for ever. */
function utf8(bytes: Uint8Array | ArrayBuffer): string | null {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** 415 for a body that is compressed, or said to be in other characters than UTF-8. */
export function encodingProblem(header: (name: string) => string | null | undefined): Problem | null {
  const coding = header("content-encoding");
  if (coding !== undefined && coding !== null && !/^\s*(identity)?\s*$/i.test(coding)) {
    return problem("UNSUPPORTED_MEDIA_TYPE", "A body is taken as it is, without a Content-Encoding.");
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)"?/i.exec(header("content-type") ?? "")?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    return problem("UNSUPPORTED_MEDIA_TYPE", "UTF-8 is wanted.");
  }
  return null;
}
