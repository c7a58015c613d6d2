import { card, type CardCommand } from "../../../src/domain/card/card.ts";
import { type CheckEntry, checkEntry } from "../../../src/domain/card/check.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import type { GuestCounts } from "../../../src/domain/card/shapes.ts";
import type { Entry } from "../../../src/domain/card/entry.ts";
import { type CardState, initialCard } from "../../../src/domain/card/state.ts";
import { fold } from "../../../src/domain/decider.ts";
import type { CompiledRuleset } from "../../../src/domain/ruleset/evaluate/compile.ts";
import type { Portfolio } from "../../../src/domain/ruleset/evaluate/portfolio.ts";
import type { Instant } from "../../../src/domain/time.ts";
import { checkOf } from "./commands.ts";
import { ADMIN, LOCATIONS, TERMINAL } from "./ids.ts";

/**
 * Some cards and a clock, moved by commands through the real deciders: for what holds of each card's own events. Budgets,
 * other instances and everything around a decision are the histories' of `test/histories`, through the product's own code.
 */

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

  /** Null where it was rejected. */
  check(index: number, location: number): Entry | null {
    const accessId = this.#id("access");
    const decision = checkEntry(this.card(index), this.#command(accessId, location));
    if (decision.kind !== "accepted")
      throw new Error(`no budget, and no answer from outside: ${decision.kind}`);
    this.#apply(index, decision.events);
    return this.card(index).entries.get(accessId) ?? null;
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
      budgetTaken: false,
      offline: null,
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
      this.cards[index] = fold(card, this.card(index), [event]);
    }
  }

  #command(accessId: string, location: number): CheckEntry {
    const here = LOCATIONS[location % LOCATIONS.length] ?? LOCATIONS[0];
    return checkOf({ accessId, now: this.now, portfolio: this.portfolio }, {}, { id: here });
  }

  #id(kind: string): string {
    return `${kind}-${String(this.#next++)}`;
  }
}
