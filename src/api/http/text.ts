import { holdsCardNumber, type Place } from "../../domain/cardNumbers.ts";
import { pointerPart } from "../../domain/pointers.ts";
import type { FieldError } from "./problems.ts";

/** Made by machines: long numbers are usual here, and one in ten of them satisfies Luhn. */
const IDENTIFIERS: ReadonlySet<string> = new Set([
  ...[
    "requestId",
    "accessId",
    "accessIds",
    "adjustmentIds",
    "transactionId",
    "refersTo",
    "reference",
    "serialNumber",
    "terminal",
  ],
  ...["id", "cardRef", "cardId", "rulesetId", "ruleId", "importId", "merchantId", "merchantIds"],
  ...["serial_number", "idempotency_id", "device", "hardware_id", "device_id", "posId"],
  ...["reportId", "listVersion", "version", "refusal"],
  ...["locationId", "locationIds", "ica", "icas", "mcc", "mccs", "rate"],
]);

/** Where a number belongs, where nothing is kept as it was sent, or what its schema keeps too short for a number. */
const UNGUARDED: ReadonlySet<string> = new Set([
  ...["pan", "tokenOf", "par", "jwe", "hash", "expiry", "low", "high", "amount"],
  ...["publicKey", "encryptionKey", "password", "pairingCode", "cursor"],
]);

/** Their members are named by who sends them: a name says nothing of what is in it. */
const NAMED_BY_CALLERS: ReadonlySet<string> = new Set(["metadata", "tags"]);

/** What a member may hold: everything that is not named is text that people write. Null: it is not looked at. */
function placeOf(member: string): Place | null {
  if (UNGUARDED.has(member)) return null;
  return IDENTIFIERS.has(member) ? "identifier" : "text";
}

// PostgreSQL's text can hold neither, so that whoever reads such an event into a table would have to mend it.
const NOT_TEXT = /\0|[\ud800-\udfff]/u;
/** Years beyond 9999, which an offset can bring about: no schema reads them back. */
const FAR_TIME = /^[+-]\d{6}-\d\d-\d\dT/;

/** Nothing that is asked for here lies deeper. */
const DEEPEST = 32;

const TOO_DEEP = "it is nested too deep";

/** The first text in a request that can't be kept as it is; null where all can. Values are never repeated. */
export function refusedText(value: unknown, root = ""): FieldError | null {
  const found = refusedWithin(value, "", 0);
  if (found === null) return null;
  const pointer = root + found.path.map((name) => `/${pointerPart(name)}`).join("");
  return { pointer: found.message === TOO_DEEP ? pointer.slice(0, 100) : pointer, message: found.message };
}

interface Refused {
  /** Members and places in arrays, the outermost first. */
  readonly path: readonly string[];
  readonly message: string;
}

/** The way to a text is put together only for one that is refused: each line of a file comes through here. */
function refusedWithin(value: unknown, member: string, depth: number): Refused | null {
  if (typeof value === "string") {
    const message = refusedString(value, member);
    return message === null ? null : { path: [], message };
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth === DEEPEST) return { path: [], message: TOO_DEEP };
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    // The pointer would say it: it is told where the member stands, not which it is.
    if (!isList && holdsCardNumber(name, "text")) return { path: [], message: NO_CARD_NUMBER };
    const of = isList || NAMED_BY_CALLERS.has(member) ? member : name;
    const found = refusedWithin(inner, of, depth + 1);
    if (found !== null) return { path: [name, ...found.path], message: found.message };
  }
  return null;
}

function refusedString(value: string, member: string): string | null {
  if (isNotText(value)) return "U+0000 and lone surrogates are not text";
  if (FAR_TIME.test(value)) return "a time before the year 10000 is wanted";
  const place = placeOf(member);
  return place !== null && holdsCardNumber(value, place) ? NO_CARD_NUMBER : null;
}

export const NO_CARD_NUMBER = "a card number must not stand here";

/** A problem with a header that is kept; null where there is none. */
export function refusedHeader(name: string, value: string | null): FieldError | null {
  if (value === null || !holdsCardNumber(value, "identifier")) return null;
  return { pointer: `/header/${name}`, message: NO_CARD_NUMBER };
}

/** Holds U+0000 or a lone surrogate. */
export function isNotText(text: string): boolean {
  return NOT_TEXT.test(text);
}
