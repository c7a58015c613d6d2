import type { CardCommand } from "../../../src/domain/card/card.ts";
import type { CheckEntry } from "../../../src/domain/card/check.ts";
import type { AttemptLocation, GuestCounts } from "../../../src/domain/card/shapes.ts";
import type { CompiledRuleset } from "../../../src/domain/ruleset/evaluate/compile.ts";
import { factsOf, NOW, placeOf, portfolioOf, versionOf } from "./fixtures.ts";
import { ADMIN, TERMINAL } from "./ids.ts";

/** Commands on a card, of which a test says only what it is about. */

type Facts = CheckEntry["facts"];

export function checkOf(
  rest: Partial<CheckEntry> = {},
  facts: Partial<Facts> = {},
  place: Partial<AttemptLocation> = {},
): CheckEntry {
  const { now: _now, location: _location, card: _card, ...others } = factsOf();
  const accessId = rest.accessId ?? "access-1";
  return {
    accessId,
    requestId: null,
    attemptKey: accessId,
    generation: 0,
    now: NOW,
    terminal: TERMINAL,
    entryMode: "CHIP",
    location: { ...placeOf(), name: "Lounge", merchantId: null, ...place },
    facts: { ...others, ...facts },
    evidence: { portfolio: { size: 1, digest: "digest" }, budgets: [], spendWatermark: null },
    portfolio: portfolioOf(versionOf()),
    joined: [],
    reserved: null,
    ...rest,
  };
}

export function guests(adults = 0, children = 0, freeChildren = 0): GuestCounts {
  return { adults, children, freeChildren };
}

type Confirm = Extract<CardCommand, { type: "ConfirmEntry" }>;

export function confirmOf(ruleset: CompiledRuleset, rest: Partial<Confirm> = {}): Confirm {
  return {
    type: "ConfirmEntry",
    accessId: "access-1",
    requestId: null,
    now: NOW,
    terminal: TERMINAL,
    guests: guests(),
    payment: null,
    grantedUnder: ruleset,
    inForce: ruleset,
    joined: [],
    budgetTaken: false,
    offline: null,
    ...rest,
  };
}

type Cancel = Extract<CardCommand, { type: "CancelEntry" }>;

export function cancelOf(rest: Partial<Cancel> = {}): Cancel {
  return {
    type: "CancelEntry",
    accessId: "access-1",
    requestId: null,
    now: NOW,
    terminal: TERMINAL,
    reason: null,
    ...rest,
  };
}

type Reverse = Extract<CardCommand, { type: "ReverseEntry" }>;

export function reverseOf(rest: Partial<Reverse> = {}): Reverse {
  return {
    type: "ReverseEntry",
    accessId: "access-1",
    now: NOW,
    by: ADMIN,
    timeLimited: false,
    reason: null,
    guests: null,
    ...rest,
  };
}
