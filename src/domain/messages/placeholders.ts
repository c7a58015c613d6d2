import { GRANT_CODES, isOfRulesets, type MessageCode } from "./codes.ts";

/**
 * What a text can say of a decision: `{visits}`. Nothing that tells whose card it is, and no part of a card's number, is among
 * it; a name is never given here for that.
 */

export const PLACEHOLDERS = [
  "visits",
  "fee",
  "guests",
  "nextFreeDate",
  "nextFreeTime",
  "place",
  "programme",
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What it becomes, in characters, at its longest. A longer name is cut; a text with a longer number is not shown. */
export const LONGEST: Readonly<Record<Placeholder, number>> = {
  visits: 10,
  fee: 20,
  guests: 4,
  nextFreeDate: 10,
  nextFreeTime: 9,
  place: 20,
  programme: 20,
};

/** What of a decision is known; null for what is not. Values as they are shown. */
export type Values = Readonly<Record<Placeholder, string | null>>;

const GRANTS: ReadonlySet<MessageCode> = new Set<MessageCode>(GRANT_CODES);

/** Those that a text of this code can have: what may be known where it is shown. */
export function placeholdersOf(code: MessageCode): readonly Placeholder[] {
  return PLACEHOLDERS.filter((name) => {
    switch (name) {
      case "visits":
        return code === "GRANTED_VISITS_LEFT";
      case "fee":
        return code === "GRANTED_FEE";
      case "guests":
        return GRANTS.has(code);
      // A free visit is there, or there is no end of them.
      case "nextFreeDate":
      case "nextFreeTime":
        return code !== "UNKNOWN_DEVICE" && code !== "GRANTED_VISITS_LEFT" && code !== "GRANTED_FREE";
      case "place":
        return code !== "UNKNOWN_DEVICE";
      case "programme":
        return isOfRulesets(code);
    }
  });
}

/** A text, cut where something is put in. */
type Part = { readonly text: string } | { readonly placeholder: string };

export function partsOf(text: string): readonly Part[] {
  return text
    .split(/(\{[^{}]*\})/u)
    .filter((part) => part !== "")
    .map((part) =>
      part.startsWith("{") && part.endsWith("}") ? { placeholder: part.slice(1, -1) } : { text: part },
    );
}

export function isPlaceholder(name: string): name is Placeholder {
  return PLACEHOLDERS.some((one) => one === name);
}

/** So many characters at most, whatever is put in. */
export function longestLength(text: string): number {
  return partsOf(text).reduce((sum, part) => {
    if ("text" in part) return sum + lengthOf(part.text);
    return (
      sum + (isPlaceholder(part.placeholder) ? LONGEST[part.placeholder] : lengthOf(part.placeholder) + 2)
    );
  }, 0);
}

/** As screens count: what is beyond the basic plane is one. */
export function charactersOf(text: string): readonly string[] {
  return Array.from(text);
}

export function lengthOf(text: string): number {
  return charactersOf(text).length;
}

/** The text with everything put in; null where something of it is not known, or is longer than it may be. */
export function filled(text: string, values: Values): string | null {
  let whole = "";
  for (const part of partsOf(text)) {
    if ("text" in part) {
      whole += part.text;
      continue;
    }
    const value = isPlaceholder(part.placeholder) ? fitted(part.placeholder, values) : null;
    if (value === null) return null;
    whole += value;
  }
  return whole;
}

function fitted(name: Placeholder, values: Values): string | null {
  const value = values[name];
  if (value === null || lengthOf(value) <= LONGEST[name]) return value;
  if (name !== "place" && name !== "programme") return null;
  return `${charactersOf(value)
    .slice(0, LONGEST[name] - 1)
    .join("")
    .trimEnd()}…`;
}
