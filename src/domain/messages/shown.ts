import type { EntryGranted, EntryRejected } from "../card/events.ts";
import type { AttemptRefused } from "../terminal/events.ts";
import { instant, iso, MINUTE } from "../time.ts";
import { formFor, type Language, type MessageCode } from "./codes.ts";
import { defaultForms } from "./defaults.ts";
import { type MessagesState, ownText } from "./messages.ts";
import { filled, partsOf, type Values } from "./placeholders.ts";

/** What a decision is told by on the terminal's screen. */

export type Decided = EntryGranted | EntryRejected | AttemptRefused;

/**
 * The message in a language, by the texts that held when it was decided: the ruleset's own, else the installation's, else the
 * product's. A text of which something can't be filled in is passed over. The same event and texts give the same message.
 */
export function messageOf(decided: Decided, of: Language, state: MessagesState | null): string {
  const code = codeOf(decided);
  const { values, rulesetId, count, asOf } = factsOf(decided);
  for (const owner of rulesetId === null ? [null] : [rulesetId, null]) {
    const own = state === null ? null : ownText(state, { rulesetId: owner, language: of, code }, asOf);
    const shown = own === null ? null : filled(formFor(own, of, count), values);
    if (shown !== null) return shown;
  }
  return plainly(formFor(defaultForms(of, code), of, count), values);
}

export function codeOf(decided: Decided): MessageCode {
  if (decided.type !== "EntryGranted") return decided.data.code;
  const { cost, fee, available } = decided.data;
  if (cost === "PAID" && fee !== null) return "GRANTED_FEE";
  return typeof available.free === "number" ? "GRANTED_VISITS_LEFT" : "GRANTED_FREE";
}

interface Facts {
  readonly values: Values;
  readonly rulesetId: string | null;
  /** What the form of plural goes by. */
  readonly count: number | null;
  /** The texts of which revision count; -1: those that the product comes with. */
  readonly asOf: number;
}

const NOTHING: Values = {
  ...{ visits: null, fee: null, guests: null },
  ...{ nextFreeDate: null, nextFreeTime: null, place: null, programme: null },
};

function factsOf(decided: Decided): Facts {
  switch (decided.type) {
    case "EntryGranted": {
      const { available, fee, guests, location, ruleset, screen } = decided.data;
      const count = typeof available.free === "number" ? available.free : null;
      const values: Values = {
        visits: count === null ? null : String(count),
        fee: fee === null ? null : `${fee.amount} ${fee.currency}`,
        guests: typeof guests.max === "number" ? String(guests.max) : null,
        place: location.name,
        programme: ruleset.name,
        ...clock(available.nextFreeAt, screen?.utcOffset),
      };
      return { values, rulesetId: ruleset.id, count, asOf: screen?.texts ?? -1 };
    }
    case "EntryRejected": {
      const { location, ruleset, nextFreeAt, screen } = decided.data;
      const values: Values = {
        ...NOTHING,
        place: location?.name ?? null,
        programme: ruleset?.name ?? null,
        ...clock(nextFreeAt, screen?.utcOffset),
      };
      return { values, rulesetId: ruleset?.id ?? null, count: null, asOf: screen?.texts ?? -1 };
    }
    case "AttemptRefused":
      return { values: NOTHING, rulesetId: null, count: null, asOf: decided.data.screen?.texts ?? -1 };
  }
}

/** As the clocks of the place show it; in UTC, and said so, where the place names no zone. */
function clock(
  at: string | null,
  utcOffset: number | null | undefined,
): Pick<Values, "nextFreeDate" | "nextFreeTime"> {
  if (at === null) return { nextFreeDate: null, nextFreeTime: null };
  const local = iso(instant(at) + (utcOffset ?? 0) * MINUTE);
  const zone = utcOffset === null || utcOffset === undefined ? " UTC" : "";
  return { nextFreeDate: local.slice(0, 10), nextFreeTime: `${local.slice(11, 16)}${zone}` };
}

/** What the product comes with says nothing that may not be known. */
function plainly(text: string, values: Values): string {
  return partsOf(text)
    .map((part) => {
      if ("text" in part) return part.text;
      return part.placeholder === "visits" || part.placeholder === "fee"
        ? (values[part.placeholder] ?? "")
        : "";
    })
    .join("");
}
