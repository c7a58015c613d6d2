import type { JSONWebKeySet } from "jose";
import { type CountCard, type ReadCard, sealCard } from "./cards.ts";
import { type DeviceClocks, type ServerTime, timeBy } from "./clock.ts";
import { decideByLists, type GuestCounts, isCardNumber, mayBring, type OfflineRefusal } from "./decide.ts";
import { dueFor } from "./due.ts";
import type { Decided, Journal } from "./journal.ts";
import type { Terms } from "./listShape.ts";
import type { AccountRangeList } from "./lists.ts";
import { nameCard, type Whitelist } from "./whitelist.ts";
import { newReportId } from "./reportId.ts";
import type { Report } from "./reportShape.ts";

/** A terminal without a line: decides by its lists, its counts and its clock, and writes down what it has decided. */

export interface OfflineParts {
  readonly journal: Journal;
  readonly clocks: () => DeviceClocks;
  readonly random: (bytes: number) => Uint8Array;
  readonly countCard: CountCard;
}

/** What the terminal has fetched while it had a line. */
export interface Fetched {
  /** From `/.well-known/jwks.json`. */
  readonly keys: JSONWebKeySet;
  /** Checked; null: none, or none that counts. */
  readonly accountRanges: AccountRangeList | null;
  /** Checked and opened; null or absent: none, or none that counts. */
  readonly whitelist?: Whitelist | null;
}

type Payment = NonNullable<Report["payment"]>;
type Money = Payment["amount"];

export interface Tap {
  readonly card: ReadCard;
  readonly guests: GuestCounts;
  /** Takes what is due, and answers by what reference; null: it was not paid. Without it nothing is taken here. */
  readonly collect?: (due: Money) => Promise<{ readonly reference?: string } | null>;
}

export interface WrittenDown {
  readonly reportId: string;
  readonly number: number;
}

export type Tapped =
  | {
      readonly kind: "admitted";
      readonly terms: Terms;
      readonly due: Money | null;
      readonly report: WrittenDown;
    }
  /** `report` is null where nothing can be said of it: no card number, no time, or no key to encrypt the card to. */
  | { readonly kind: "refused"; readonly why: OfflineRefusal; readonly report: WrittenDown | null }
  /** The card may enter with fewer guests; nothing is written down until it asks with them. */
  | { readonly kind: "tooManyGuests"; readonly terms: Terms }
  /** What is due was not paid; nothing is written down. */
  | { readonly kind: "notPaid"; readonly terms: Terms; readonly due: Money };

interface Outcome {
  readonly decided: Decided | null;
  readonly result: Tapped;
}

export class OfflineTerminal {
  readonly #parts: OfflineParts;
  #fetched: Fetched | null = null;

  constructor(parts: OfflineParts) {
    this.#parts = parts;
  }

  /** Decides by these from now on. */
  use(fetched: Fetched): void {
    this.#fetched = fetched;
  }

  /**
   * The server has said what time it is.
   * @param businessTime in milliseconds
   * @param took milliseconds from the question to the answer
   */
  async hear(businessTime: number, took: number): Promise<void> {
    const { monotonic, run, own } = this.#parts.clocks();
    await this.#parts.journal.hear({ serverTime: businessTime, took, monotonic, run, own });
  }

  /** Null: the server's time was never heard. */
  time(): ServerTime | null {
    const { heard, lastAt } = this.#parts.journal;
    return heard === null ? null : timeBy(heard, this.#parts.clocks(), lastAt);
  }

  /** What may be opened for is written down once this has resolved, and not before. */
  async tap(tap: Tap): Promise<Tapped> {
    return await this.#parts.journal.decide(async (number) => await this.#decide(tap, number));
  }

  /**
   * A grant that was got online, and whose confirmation can't be sent: the visit takes place.
   * @returns null where nothing can be said of it: the server's time or its key is not here
   */
  async confirmLate(accessId: string, tap: Omit<Tap, "collect">): Promise<WrittenDown | null> {
    const time = this.time();
    if (time === null) return null;
    return await this.#parts.journal.decide(async (number) => {
      const report = await this.#report(tap, time, number, {
        accessId,
        mode: "BIN_RANGE",
        outcome: "ADMITTED",
      });
      if (report === null) return { decided: null, result: null };
      return { decided: { report, card: await this.#parts.countCard(tap.card.pan) }, result: report };
    });
  }

  async #decide(tap: Tap, number: number): Promise<Outcome> {
    const time = this.time();
    // Of what is no card number nothing can be said: no card would be found by it.
    if (!isCardNumber(tap.card.pan)) return refused("NO_CARD_NUMBER");
    if (time === null) return refused("NO_LIST");
    const card = await this.#parts.countCard(tap.card.pan);
    const letIn = this.#parts.journal.letIn(card, time.now);
    const whitelist = this.#fetched?.whitelist ?? null;
    const named = whitelist === null ? null : await nameCard(whitelist, tap.card.pan);
    const lists = { ranges: this.#fetched?.accountRanges ?? null, named };
    const decision = decideByLists(lists, tap.card.pan, time.now, letIn);
    const { listVersion } = decision;
    const list = listVersion === null ? {} : { listVersion };
    if (decision.kind === "refused") {
      const { why } = decision;
      const isByName = listVersion !== null && listVersion === whitelist?.version;
      const mode = isByName ? "WHITELIST" : "BIN_RANGE";
      const said = { ...list, mode, refusal: why, outcome: "REFUSED" } as const;
      const report = await this.#report(tap, time, number, said);
      return report === null ? refused(why) : refused(why, { report, card });
    }
    const { terms, mode } = decision;
    if (!mayBring(terms, tap.guests)) return { decided: null, result: { kind: "tooManyGuests", terms } };
    const said = { ...list, mode, ruleset: terms.ruleset, outcome: "ADMITTED" } as const;
    const report = await this.#report(tap, time, number, said);
    // Whom nobody could report is not let in.
    if (report === null) return refused("NO_LIST");
    const due = dueFor(terms, tap.guests);
    if (due === null || tap.collect === undefined) {
      return { decided: { report, card }, result: { kind: "admitted", terms, due, report } };
    }
    const paid = await tap.collect(due);
    if (paid === null) return { decided: null, result: { kind: "notPaid", terms, due } };
    const payment = { collectedBy: "TERMINAL" as const, ...paid, amount: due };
    const withPayment = { ...report, payment };
    return {
      decided: { report: withPayment, card },
      result: { kind: "admitted", terms, due, report: withPayment },
    };
  }

  async #report(
    { card, guests }: Pick<Tap, "card" | "guests">,
    { now, uncertaintySeconds }: ServerTime,
    number: number,
    said: Pick<Report, "accessId" | "listVersion" | "mode" | "ruleset" | "refusal" | "outcome">,
  ): Promise<Report | null> {
    const jwe = this.#fetched === null ? null : await sealCard(this.#fetched.keys, card);
    if (jwe === null) return null;
    return {
      reportId: newReportId(now, this.#parts.random(10)),
      number,
      occurredAt: new Date(now).toISOString(),
      uncertaintySeconds,
      ...said,
      card: { jwe },
      guests,
    };
  }
}

function refused(why: OfflineRefusal, decided: Decided | null = null): Outcome {
  return { decided, result: { kind: "refused", why, report: decided?.report ?? null } };
}
