import { padBounds, saysCardNumber } from "../../../domain/accountRange.ts";
import { boot } from "../../api/session.ts";
import { isCardNumberFor } from "../../cardNumberGuard.ts";
import { keptKey } from "./keptDrafts.ts";

/**
 * What somebody has typed, kept by this browser under that person's own name: nobody else is shown it. A card's number is
 * kept nowhere, in whatever field it was typed.
 */

function keyOf(name: string): string {
  return keptKey(boot.session?.user.id ?? "", name);
}

export function keep(name: string, typed: unknown): void {
  if (holdsCardNumber(typed)) return;
  const kept = { version: boot.installation.version, at: new Date().toISOString(), typed };
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(kept));
  } catch {
    // Full, or forbidden: the page works without.
  }
}

export interface Kept<Typed> {
  readonly typed: Typed;
  /** Since when, by this machine's clock. */
  readonly at: string;
}

/** @param like has every member of what is kept, and of each list one */
export function kept<Typed>(name: string, like: Typed): Kept<Typed> | null {
  const found = parsed(localStorage.getItem(keyOf(name)));
  const isWhole = hasShape({ version: "", at: "", typed: like }, found);
  return isWhole && found.version === boot.installation.version ? found : null;
}

export function drop(name: string): void {
  localStorage.removeItem(keyOf(name));
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where `like` has null there is a text or null; where it has an empty list, a list of texts. */
export function hasShape<Shape>(like: Shape, value: unknown): value is Shape {
  if (like === null) return value === null || typeof value === "string";
  if (Array.isArray(like)) {
    const [one = ""]: readonly unknown[] = like;
    return Array.isArray(value) && value.every((item) => hasShape(one, item));
  }
  if (typeof like !== "object") return typeof value === typeof like;
  if (typeof value !== "object" || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.entries(like).every(([name, member]: readonly [string, unknown]) =>
    hasShape(member, members.get(name)),
  );
}

/** A bound of a range may pass the check digit by chance, so that those are looked at by what ranges may hold. */
function holdsCardNumber(typed: unknown, name = ""): boolean {
  if (typeof typed === "string") {
    const digits = typed.trim();
    const isBound = name === "low" || name === "high";
    return isBound && /^\d{1,19}$/.test(digits)
      ? saysCardNumber(padBounds(digits, digits))
      : isCardNumberFor("", typed);
  }
  if (typeof typed !== "object" || typed === null) return false;
  return Object.entries(typed).some(([member, value]: readonly [string, unknown]) =>
    holdsCardNumber(value, Array.isArray(typed) ? name : member),
  );
}
