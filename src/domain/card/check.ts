import type { EntryMode } from "../codes.ts";
import { GRANT_LIVES } from "../policies.ts";
import { evaluate, type Need } from "../ruleset/evaluate/evaluate.ts";
import type { CheckFacts } from "../ruleset/evaluate/facts.ts";
import type { Portfolio } from "../ruleset/evaluate/portfolio.ts";
import { utcOffset } from "../calendar.ts";
import { instant, iso, type Instant } from "../time.ts";
import type { CardEvent, Evidence } from "./events.ts";
import type { AttemptLocation, ScreenFacts } from "./shapes.ts";
import { type CardState, cardFacts, openEntry } from "./state.ts";

/** A tap at a terminal that belongs to a location. */
export interface CheckEntry {
  readonly accessId: string;
  readonly requestId: string | null;
  /** Tells an attempt from another: the terminal with its request id, or the access id. */
  readonly attemptKey: string;
  /** How often this attempt had been abandoned when the command was made. */
  readonly generation: number;
  readonly now: Instant;
  readonly terminal: string;
  readonly entryMode: EntryMode;
  readonly location: AttemptLocation;
  readonly facts: Omit<CheckFacts, "now" | "location" | "card">;
  readonly evidence: Pick<Evidence, "portfolio" | "budgets" | "spendWatermark">;
  readonly portfolio: Portfolio;
  /** The other cards of the account, which turned out to be the same. */
  readonly joined: readonly JoinedCard[];
  /** The ruleset whose budget holds a place for this attempt, or null. */
  readonly reserved: string | null;
  /** Absent: the terminal's screen is told by what the product comes with. */
  readonly screen?: ScreenSetting;
}

/** What the terminal's screen is told by. */
export interface ScreenSetting {
  /** The revision of the stream of texts. */
  readonly texts: number;
  /** Of the place; null where it names none. */
  readonly timeZone: string | null;
}

export interface JoinedCard {
  readonly cardId: string;
  readonly revision: number;
  readonly state: CardState;
}

export type CheckDecision =
  | { readonly kind: "accepted"; readonly events: readonly CardEvent[] }
  /** The shell has to find something out, or reserve, and then decide again. */
  | { readonly kind: "needs"; readonly need: Need | { readonly kind: "budget"; readonly rulesetId: string } }
  /** The sweeper has given this attempt up: it can't be granted any more. */
  | { readonly kind: "refused"; readonly refusal: { readonly code: "ATTEMPT_ABANDONED" } };

/** Decides a tap by the card's state. An open entry whose time is over is closed on the way. */
export function checkEntry(state: CardState, command: CheckEntry): CheckDecision {
  if ((state.abandoned.get(command.attemptKey) ?? 0) > command.generation) {
    return { kind: "refused", refusal: { code: "ATTEMPT_ABANDONED" } };
  }
  const now = Math.max(command.now, state.lastAt);
  const joined = command.joined.map((one) => one.state);
  const facts: CheckFacts = {
    now,
    location: command.location,
    card: cardFacts(state, now, joined),
    ...command.facts,
  };
  const verdict = evaluate(facts, command.portfolio);
  if (verdict.kind === "needs") return { kind: "needs", need: verdict.need };
  const { accessId } = command;
  const attempt = {
    requestId: command.requestId,
    at: iso(now),
    terminal: command.terminal,
    entryMode: command.entryMode,
    trust: command.facts.terminalTrust,
    issuer: command.facts.issuer,
    location: command.location,
    trace: verdict.trace,
    evidence: evidenceOf(command, verdict.matchedRanges, now),
  };
  const lapsed = lapsedBy(state, now);
  if (verdict.kind === "rejected") {
    const { code, ruleset, retryable, nextFreeAt } = verdict;
    return {
      kind: "accepted",
      events: [
        ...lapsed,
        {
          type: "EntryRejected",
          data: {
            ...{ accessId, ...attempt, ruleset, code, retryable, nextFreeAt },
            ...screenOf(command.screen, nextFreeAt),
          },
        },
      ],
    };
  }
  const { ruleset, cost, fee, available, guests, collectedBy } = verdict;
  if (command.portfolio.keepsQuota(ruleset.id) && command.reserved !== ruleset.id) {
    return { kind: "needs", need: { kind: "budget", rulesetId: ruleset.id } };
  }
  return {
    kind: "accepted",
    events: [
      ...lapsed,
      {
        type: "EntryGranted",
        data: {
          accessId,
          ...attempt,
          expiresAt: iso(now + GRANT_LIVES),
          ruleset,
          cost,
          fee,
          available,
          guests,
          ...(collectedBy === undefined ? {} : { collectedBy }),
          ...screenOf(command.screen, available.nextFreeAt),
        },
      },
    ],
  };
}

/** Nothing where the texts are those that the product comes with: then no time is told. */
function screenOf(
  setting: ScreenSetting | undefined,
  nextFreeAt: string | null,
): { readonly screen?: ScreenFacts } {
  if (setting === undefined) return {};
  const { texts, timeZone } = setting;
  return {
    screen: { texts, utcOffset: nextFreeAt === null ? null : utcOffset(instant(nextFreeAt), timeZone) },
  };
}

/** What the verdict rests on, beside the card's own stream. */
function evidenceOf(
  { evidence, facts, joined }: CheckEntry,
  matchedRanges: readonly string[],
  now: Instant,
): Evidence {
  return {
    portfolio: evidence.portfolio,
    budgets: evidence.budgets,
    spendWatermark: evidence.spendWatermark,
    matchedRanges: [...matchedRanges],
    externalAnswers: [...facts.externalAnswers].map(([rulesetId, { answer, reason }]) => ({
      ...{ rulesetId, answer },
      ...(reason === null ? {} : { reason }),
    })),
    verification: facts.verification,
    ...(joined.length === 0 ? {} : { joined: joined.map(({ cardId, revision }) => ({ cardId, revision })) }),
    cardExpired: facts.cardExpiresAt === null ? null : now >= facts.cardExpiresAt,
  };
}

/** The event that closes an open entry past its time; none if there is no such entry. */
export function lapsedBy(state: CardState, now: Instant): readonly CardEvent[] {
  const open = openEntry(state);
  if (open === null || now < open.expiresAt) return [];
  return [{ type: "EntryLapsed", data: { accessId: open.accessId, at: iso(now) } }];
}
