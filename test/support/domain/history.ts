import { card, type CardCommand } from "../../../src/domain/card/card.ts";
import { type CheckEntry, checkEntry } from "../../../src/domain/card/check.ts";
import type { CardEvent, GuestCounts } from "../../../src/domain/card/events.ts";
import { type CardState, type Entry, initialCard } from "../../../src/domain/card/state.ts";
import { fold } from "../../../src/domain/decider.ts";
import { isPlaceTaken } from "../../../src/domain/quota/placeTaken.ts";
import { quota, type QuotaCommand } from "../../../src/domain/quota/quota.ts";
import type { QuotaState } from "../../../src/domain/quota/state.ts";
import type { BudgetFacts } from "../../../src/domain/ruleset/facts.ts";
import type { CompiledRuleset } from "../../../src/domain/ruleset/compile.ts";
import type { Portfolio } from "../../../src/domain/ruleset/portfolio.ts";
import type { Instant } from "../../../src/domain/time.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { checkOf } from "./commands.ts";
import { ADMIN, LOCATIONS, TERMINAL } from "./ids.ts";

/** Some cards, their rulesets' budgets and a clock, moved by commands through the real deciders. */

export type Step =
  | { readonly do: "check"; readonly card: number; readonly location: number }
  | { readonly do: "confirm"; readonly card: number; readonly back: number; readonly guests: GuestCounts }
  | { readonly do: "cancel" | "lapse"; readonly card: number; readonly back: number }
  | {
      readonly do: "reverse";
      readonly card: number;
      readonly back: number;
      readonly guests: GuestCounts | null;
    }
  | { readonly do: "adjust"; readonly card: number; readonly free: number; readonly paid: number }
  | { readonly do: "wait"; readonly for: number };

export class History {
  now: Instant;
  readonly portfolio: Portfolio;
  readonly cards: CardState[];
  readonly quotas = new Map<string, QuotaState>();
  /** Access ids of confirmations that said they pass a limit. */
  readonly flagged = new Set<string>();
  readonly events: CardEvent[] = [];
  #next = 0;

  constructor(now: Instant, portfolio: Portfolio, cards = 2) {
    this.now = now;
    this.portfolio = portfolio;
    this.cards = Array.from({ length: cards }, () => initialCard);
  }

  take(step: Step): void {
    switch (step.do) {
      case "wait":
        this.now += step.for;
        return;
      case "check":
        this.check(step.card, step.location);
        return;
      case "adjust":
        for (const id of this.portfolio.byId.keys()) {
          const given = {
            rulesetId: id,
            free: step.free,
            paid: step.paid,
            adjustmentId: this.#id("adjustment"),
          };
          this.send(step.card, { type: "AdjustVisits", now: this.now, by: ADMIN, reason: "", ...given });
        }
        return;
      default: {
        const entry = [...this.card(step.card).entries.values()].at(-1 - step.back);
        if (entry !== undefined) this.#onEntry(step, entry);
      }
    }
  }

  card(index: number): CardState {
    return this.cards[index] ?? initialCard;
  }

  /** As the shell does it: ask, reserve when told to, ask again; give back what was not used. */
  check(index: number, location: number): Entry | null {
    const accessId = this.#id("access");
    let reserved: string | null = null;
    for (;;) {
      const decision = checkEntry(this.card(index), this.#command(accessId, location, reserved));
      if (decision.kind === "refused") throw new Error(decision.refusal.code);
      if (decision.kind === "needs") {
        if (decision.need.kind !== "budget") throw new Error(`nobody answers ${decision.need.kind}`);
        if (reserved !== null)
          this.#quota(reserved, {
            type: "Release",
            accessId,
            why: "GRANTED_OTHERWISE",
            visitAt: null,
            now: this.now,
          });
        reserved = this.#reserve(decision.need.rulesetId, accessId, index) ? decision.need.rulesetId : null;
        continue;
      }
      this.#apply(index, decision.events);
      const entry = this.card(index).entries.get(accessId) ?? null;
      if (reserved !== null && entry?.rulesetId !== reserved) {
        this.#quota(reserved, { type: "Release", accessId, why: "REJECTED", visitAt: null, now: this.now });
      }
      return entry;
    }
  }

  /** The events it was accepted with; null when it was refused. */
  send(index: number, command: CardCommand): readonly CardEvent[] | null {
    const decision = card.decide(this.card(index), command);
    if (decision.kind === "refused") return null;
    this.#apply(index, decision.events);
    return decision.events;
  }

  /** As {@link History.send} a confirmation; `pays`: what is due is paid at the terminal. */
  confirm(index: number, entry: Entry, guests: GuestCounts, pays: boolean): readonly CardEvent[] | null {
    const command = this.confirmation(entry, guests);
    const decision = card.decide(this.card(index), command);
    if (decision.kind === "refused") return null;
    const due = decision.events.flatMap((event) =>
      event.type === "EntryConfirmed" && event.data.charged !== null ? [event.data.charged] : [],
    );
    const [amount] = due;
    if (!pays || amount === undefined) return this.send(index, command);
    return this.send(index, {
      ...command,
      payment: { collectedBy: "TERMINAL", reference: null, amount },
    });
  }

  confirmation(entry: Entry, guests: GuestCounts): Extract<CardCommand, { type: "ConfirmEntry" }> {
    const ruleset = this.rulesetOf(entry.rulesetId);
    const { accessId } = entry;
    return {
      type: "ConfirmEntry",
      accessId,
      requestId: null,
      now: this.now,
      terminal: TERMINAL,
      guests,
      payment: null,
      grantedUnder: ruleset,
      inForce: ruleset,
      joined: [],
      budgetTaken: this.#budgetTaken(ruleset, entry),
    };
  }

  rulesetOf(id: string): CompiledRuleset {
    const ruleset = this.portfolio.byId.get(id)?.[0];
    if (ruleset === undefined) throw new Error(`no ruleset ${id}`);
    return ruleset;
  }

  #onEntry(step: Exclude<Step, { do: "wait" | "check" | "adjust" }>, entry: Entry): void {
    const { accessId } = entry;
    const { now } = this;
    const by = { by: ADMIN, reason: null, timeLimited: false };
    switch (step.do) {
      case "confirm":
        this.send(step.card, this.confirmation(entry, step.guests));
        return;
      case "cancel":
        this.send(step.card, {
          type: "CancelEntry",
          accessId,
          requestId: null,
          now,
          terminal: TERMINAL,
          reason: null,
        });
        return;
      case "lapse":
        this.send(step.card, { type: "LapseEntry", accessId, now });
        return;
      case "reverse":
        this.send(step.card, { type: "ReverseEntry", accessId, now, guests: step.guests, ...by });
    }
  }

  #apply(index: number, events: readonly CardEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      const entry = "accessId" in event.data ? this.card(index).entries.get(event.data.accessId) : undefined;
      this.cards[index] = fold(card, this.card(index), [event]);
      if (event.type === "EntryConfirmed" && event.data.flags.length > 0)
        this.flagged.add(event.data.accessId);
      if (entry === undefined || this.rulesetOf(entry.rulesetId).budget === null) continue;
      const { accessId, rulesetId } = entry;
      const gone = { type: "Release" as const, accessId, visitAt: entry.at, now: this.now };
      if (event.type === "EntryConfirmed") {
        const commit = {
          type: "Commit" as const,
          accessId,
          cardId: String(index),
          visitAt: entry.at,
          now: this.now,
        };
        this.#quota(rulesetId, commit);
      }
      if (event.type === "EntryLapsed") this.#quota(rulesetId, { ...gone, why: "LAPSED" });
      if (event.type === "EntryCancelled") this.#quota(rulesetId, { ...gone, why: "CANCELLED" });
      if (event.type === "EntryReversed") this.#quota(rulesetId, { ...gone, why: "REVERSED" });
    }
  }

  #command(accessId: string, location: number, reserved: string | null): CheckEntry {
    const budgets = new Map<string, BudgetFacts>();
    for (const id of this.portfolio.byId.keys()) {
      const { instants, open } = this.quotaOf(id);
      budgets.set(id, { held: instants, open, own: accessId });
    }
    const here = LOCATIONS[location % LOCATIONS.length] ?? LOCATIONS[0];
    return checkOf(
      { accessId, now: this.now, portfolio: this.portfolio, reserved },
      { budgets },
      { id: here },
    );
  }

  quotaOf(id: string): QuotaState {
    return this.quotas.get(id) ?? quota.initial;
  }

  #reserve(rulesetId: string, accessId: string, index: number): boolean {
    const { budget, validity } = this.rulesetOf(rulesetId);
    if (budget === null) throw new Error("a ruleset without a budget wants one");
    const bounds = windowBounds(budget.window, this.now, validity);
    const cardId = String(index);
    const command = { accessId, cardId, attemptKey: accessId, now: this.now, max: budget.max, bounds };
    return this.#quota(rulesetId, { type: "Reserve", ...command });
  }

  #quota(id: string, command: QuotaCommand): boolean {
    const decision = quota.decide(this.quotaOf(id), command);
    if (decision.kind === "refused") return false;
    this.quotas.set(id, fold(quota, this.quotaOf(id), decision.events));
    return true;
  }

  #budgetTaken(ruleset: CompiledRuleset, entry: Entry): boolean {
    const state = this.quotaOf(ruleset.id);
    return !state.open.has(entry.accessId) && isPlaceTaken(state, entry.accessId, entry.at, ruleset);
  }

  #id(kind: string): string {
    return `${kind}-${String(this.#next++)}`;
  }
}
