import type { Allocation, GuestCounts, Payment } from "../../src/domain/card/shapes.ts";
import { Instants } from "../../src/domain/instants.ts";
import type { CheckFacts } from "../../src/domain/ruleset/evaluate/facts.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import type { RulesetVersion } from "../../src/domain/ruleset/stream.ts";
import type { GuestEntitlement } from "../../src/domain/ruleset/verdict.ts";
import { naiveEvaluate } from "../support/domain/naive/evaluate.ts";
import { minor, settledBy, type Split, splitOf } from "./money.ts";

/** What has to come of a history, told by the design: of the product's code it uses the types and the sorted instants only. */

const MINUTE = 60_000;
const GRANT_LIVES = 5 * MINUTE;
const TOO_LATE = 24 * 60 * MINUTE;

type PaymentState = "NONE" | "PENDING" | "PAID" | "PARTIALLY_REFUNDED" | "REFUNDED";

export interface ModelEntry {
  readonly accessId: string;
  readonly card: ModelCard;
  readonly place: number;
  readonly rulesetId: string;
  readonly at: number;
  readonly cost: "FREE" | "PAID";
  readonly fee: { readonly amount: string; readonly currency: string } | null;
  readonly entitlement: GuestEntitlement;
  /** What is open past its time has lapsed, whether or not an event says so. */
  status: "OPEN" | "COMPLETED" | "CANCELLED" | "REVERSED";
  /** Its stream says that it has lapsed. */
  lapsed: boolean;
  /** Whether it has a place in the budget: not where it was granted before its ruleset had one, until it is confirmed. */
  held: boolean;
  confirmedAt: number;
  guests: GuestCounts | null;
  /** Who is still in. */
  split: Split | null;
  flagged: boolean;
  told: Payment | null;
  payment: PaymentState;
  /** In minor units: what was charged, and what went back. */
  charged: bigint;
  refunded: bigint;
  /** The text of the first answer. */
  answer: string | null;
}

export interface ModelCard {
  readonly pan: string;
  /** Its stream; null while it was never tapped. */
  stream: string | null;
  frozen: boolean;
  enrolled: boolean;
  /** Of its last event. */
  lastAt: number;
  readonly entries: ModelEntry[];
  readonly adjustments: { rulesetId: string; at: number; free: number; paid: number }[];
}

function isOpen({ status, at, lapsed }: ModelEntry, now: number): boolean {
  return status === "OPEN" && !lapsed && now < at + GRANT_LIVES;
}

export class Model {
  readonly cards: readonly ModelCard[];
  readonly versions: RulesetVersion[] = [];
  readonly locations: readonly string[];

  constructor(pans: readonly string[], locations: readonly string[]) {
    this.locations = locations;
    this.cards = pans.map((pan) => ({
      pan,
      stream: null,
      frozen: false,
      enrolled: false,
      lastAt: 0,
      entries: [],
      adjustments: [],
    }));
  }

  /** From `now` on; visits before the first budget take their places in it. */
  publish(id: string, body: RulesetBody, now: number): void {
    const before = this.versions.filter((one) => one.id === id);
    const last = before.at(-1);
    if (last !== undefined) {
      this.versions[this.versions.indexOf(last)] = { ...last, inForceTo: Math.max(last.inForceFrom, now) };
    }
    this.versions.push({ id, version: before.length + 1, body, inForceFrom: now, inForceTo: null });
    for (const entry of this.entriesOf(id)) {
      if (this.keepsBudget(id) && entry.status === "COMPLETED") entry.held = true;
    }
  }

  keepsBudget(id: string): boolean {
    return this.versions.some((one) => one.id === id && one.body.totalUsage !== null);
  }

  entriesOf(rulesetId: string): readonly ModelEntry[] {
    return this.cards.flatMap(({ entries }) => entries.filter((one) => one.rulesetId === rulesetId));
  }

  /** What a check has to be answered with. */
  expected(card: ModelCard, place: number, now: number) {
    const at = this.timeOf(card, now);
    const open = card.entries.find((entry) => isOpen(entry, at));
    const facts: CheckFacts = {
      now: at,
      location: {
        id: this.locations[place] ?? "",
        country: "POL",
        service: "LOUNGE",
        cooldownMinutes: null,
      },
      terminalTrust: "KEY",
      issuer: {
        ica: "0001234",
        issuerName: "Bank",
        country: "POL",
        productCode: "WLE",
        productName: "World Elite",
      },
      cardNumber: { kind: "number", padded: card.pan.padEnd(19, "0") },
      cardExpiresAt: null,
      card: {
        replaced: false,
        frozen: card.frozen,
        enrolled: card.enrolled,
        asiFailed: false,
        open: open === undefined ? null : { accessId: open.accessId, expiresAt: open.at + GRANT_LIVES },
        visits: this.visitsOf(card),
        adjustments: card.adjustments,
      },
      spend: null,
      budgets: this.#budgets(now),
      externalAnswers: new Map(),
      verification: null,
    };
    return naiveEvaluate(facts, this.versions);
  }

  /** Whether something was granted by a clock that is ahead of this one: then that one's time tells when a place frees. */
  isBehind(now: number): boolean {
    return this.cards.some(({ entries }) => entries.some(({ at }) => at > now));
  }

  /** In the order of confirmation. */
  visitsOf(card: ModelCard) {
    return card.entries
      .filter(({ status }) => status === "COMPLETED")
      .sort((a, b) => a.confirmedAt - b.confirmedAt)
      .map((entry) => ({
        accessId: entry.accessId,
        rulesetId: entry.rulesetId,
        locationId: this.locations[entry.place] ?? "",
        at: entry.at,
        confirmedAt: entry.confirmedAt,
        paid: entry.cost === "PAID",
        adults: entry.split?.adults ?? { free: 0, paid: 0 },
        children: entry.split?.children ?? { free: 0, paid: 0 },
      }));
  }

  /** A card's time never runs back. */
  timeOf(card: ModelCard, now: number): number {
    return Math.max(now, card.lastAt);
  }

  /** A place is given back once a stream says so, or when the clock of whoever asks does. */
  #budgets(now: number): CheckFacts["budgets"] {
    return new Map(
      [...new Set(this.versions.map(({ id }) => id))].map((id) => {
        const holding = this.entriesOf(id).filter(({ held }) => held);
        const open = holding.filter((entry) => isOpen(entry, now));
        const kept = [...holding.filter(({ status }) => status === "COMPLETED"), ...open];
        // What a clock that is ahead has reserved is taken now.
        const seenAt = (entry: ModelEntry): number => Math.min(entry.at, now);
        const places = open.map((entry) => [entry.accessId, { at: seenAt(entry) }] as const);
        return [
          id,
          {
            held: Instants.of(kept.map(seenAt).sort((a, b) => a - b)),
            open: new Map(places),
            own: null,
          },
        ];
      }),
    );
  }

  /** The code that a confirmation is refused with; null where it stands. Changes the entry in that case. */
  confirm(entry: ModelEntry, now: number, guests: GuestCounts, told: Payment | null): string | null {
    const at = this.timeOf(entry.card, now);
    if (entry.status === "CANCELLED") return "ENTRY_CANCELLED";
    if (entry.status === "COMPLETED" || entry.status === "REVERSED") {
      if (JSON.stringify(entry.guests) !== JSON.stringify(guests)) return "CONFIRMED_DIFFERENTLY";
      const known = entry.told;
      if (told !== null && known !== null)
        return minor(told.amount) === minor(known.amount) ? null : "CONFIRMED_DIFFERENTLY";
      return told === null ? null : this.#toldLater(entry, told, at);
    }
    if (at - entry.at >= TOO_LATE) return "ENTRY_EXPIRED";
    const split = splitOf(entry.entitlement, guests);
    if (typeof split === "string") return split;
    const charged = split.fees + (entry.cost === "PAID" ? minor(entry.fee) : 0n);
    if (told !== null && minor(told.amount) !== charged) return "PAYMENT_AMOUNT_MISMATCH";
    Object.assign(entry, { status: "COMPLETED", confirmedAt: at, guests, split, told, charged });
    entry.payment = charged === 0n ? "NONE" : told === null ? "PENDING" : "PAID";
    entry.held = this.keepsBudget(entry.rulesetId);
    entry.card.lastAt = at;
    return null;
  }

  #toldLater(entry: ModelEntry, told: Payment, at: number): string | null {
    const due = entry.status === "REVERSED" ? 0n : this.due(entry);
    const paid = minor(told.amount);
    if (paid === 0n && entry.charged === 0n) return null;
    if (paid !== entry.charged && (paid !== due || due === 0n)) return "PAYMENT_AMOUNT_MISMATCH";
    entry.told = told;
    entry.refunded = paid - due;
    entry.payment = settledBy(due, entry.refunded);
    entry.card.lastAt = at;
    return null;
  }

  /** What a confirmation with these guests comes to; nothing where it is refused. */
  charge(entry: ModelEntry, guests: GuestCounts): bigint {
    const split = splitOf(entry.entitlement, guests);
    return typeof split === "string" ? 0n : split.fees + (entry.cost === "PAID" ? minor(entry.fee) : 0n);
  }

  /** The fees of those who are still in. */
  due(entry: ModelEntry): bigint {
    const { split, cost, fee, entitlement } = entry;
    if (split === null) return 0n;
    const own = cost === "PAID" ? minor(fee) : 0n;
    const adults = BigInt(split.adults.paid) * minor(entitlement.adults.fee);
    return own + adults + BigInt(split.children.paid) * minor(entitlement.children.fee);
  }

  cancel(entry: ModelEntry, now: number): string | null {
    const at = this.timeOf(entry.card, now);
    if (entry.status === "COMPLETED" || entry.status === "REVERSED") return "ENTRY_COMPLETED";
    if (entry.status === "OPEN") {
      if (!isOpen(entry, at)) return "ENTRY_EXPIRED";
      entry.status = "CANCELLED";
      entry.card.lastAt = at;
    }
    return null;
  }

  /** Whole, or some guests: of these the paid ones go first. */
  reverse(entry: ModelEntry, now: number, guests: GuestCounts | null): string | null {
    const at = this.timeOf(entry.card, now);
    const { split } = entry;
    if (entry.status !== "COMPLETED" || split === null) return "NOT_COMPLETED";
    const before = this.due(entry);
    if (guests === null) entry.status = "REVERSED";
    else {
      const { adults, children, freeChildren } = split;
      const isIn =
        guests.adults <= adults.free + adults.paid && guests.children <= children.free + children.paid;
      if (!isIn || guests.freeChildren > freeChildren) return "TOO_MANY_GUESTS";
      const without = (kind: Allocation["adults"], out: number): Allocation["adults"] => {
        const paid = Math.min(kind.paid, out);
        return { paid: kind.paid - paid, free: kind.free - (out - paid) };
      };
      entry.split = {
        ...split,
        adults: without(adults, guests.adults),
        children: without(children, guests.children),
        freeChildren: freeChildren - guests.freeChildren,
      };
    }
    const due = entry.status === "REVERSED" ? 0n : this.due(entry);
    if (entry.payment === "PAID" || entry.payment === "PARTIALLY_REFUNDED") {
      entry.refunded += before - due;
      if (before > due) entry.payment = settledBy(due, entry.refunded);
    } else if (entry.payment === "PENDING" && due === 0n) entry.payment = "NONE";
    entry.card.lastAt = at;
    return null;
  }
}
