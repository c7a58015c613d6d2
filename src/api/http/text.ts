import { isPan } from "../../domain/pan.ts";
import type { FieldError } from "./problems.ts";

/** Members that people write freely, and into which a card number must not slip: they end up in events. */
const FREE_TEXT: ReadonlySet<string> = new Set([
  "reason",
  "name",
  "description",
  "address",
  "city",
  "firstName",
  "lastName",
  "issuerName",
  "email",
  "ruleId",
  "reference",
]);

// PostgreSQL's text can hold neither, so that whoever reads such an event into a table would have to mend it.
const NOT_TEXT = /\0|[\ud800-\udfff]/u;
/** Years beyond 9999, which an offset can bring about: no schema reads them back. */
const FAR_TIME = /^[+-]\d{6}-\d\d-\d\dT/;
const DIGIT_RUN = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** Nothing that is asked for here lies deeper. */
const DEEPEST = 32;

/** The first text in a request that can't be kept as it is; null where all can. Values are never repeated. */
export function refusedText(value: unknown, pointer = "", member = "", depth = 0): FieldError | null {
  if (typeof value === "string") {
    if (isNotText(value)) return { pointer, message: "U+0000 and lone surrogates are not text" };
    if (FAR_TIME.test(value)) return { pointer, message: "a time before the year 10000 is wanted" };
    if (FREE_TEXT.has(member) && holdsPan(value))
      return { pointer, message: "a card number must not stand here" };
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth === DEEPEST) return { pointer: pointer.slice(0, 100), message: "it is nested too deep" };
  for (const [name, inner] of Object.entries(value)) {
    const found = refusedText(inner, `${pointer}/${pointerPart(name)}`, name, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** A member's name is the sender's text: a card number must not come back by that way. */
function pointerPart(name: string): string {
  const masked = name.replace(/\d{8,}/g, "********").slice(0, 100);
  return masked.replace(/~/g, "~0").replace(/\//g, "~1");
}

/** Holds U+0000 or a lone surrogate. */
export function isNotText(text: string): boolean {
  return NOT_TEXT.test(text);
}

function holdsPan(text: string): boolean {
  return (text.match(DIGIT_RUN) ?? []).some((run) => isPan(run.replace(/[ -]/g, "")));
}
