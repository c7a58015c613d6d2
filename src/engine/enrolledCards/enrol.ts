import { card } from "../../domain/card/card.ts";
import { enrolmentOf, type EnrolmentAmiss, type WantedEnrolment } from "../../domain/card/enrolment.ts";
import { cardStream, type Enrolment } from "../../domain/card/events.ts";
import { type CardState, initialCard } from "../../domain/card/state.ts";
import type { Position } from "../../eventlog/log.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import { byOf, execute, type VersionConflict, type Write } from "../management/commands.ts";
import type { Services } from "../services.ts";
import { takeWaiting } from "../rewards/waiting.ts";
import { cardsOfPans, findCardsOfPans } from "../vaultCards.ts";
import { keepExportHashes } from "./exportHashes.ts";
import { cardByAref, stateOf } from "./byAref.ts";
import { type CardIssuer, issuerOfCard, issuersByNumber } from "./issuer.ts";

/** Cards that the reward system knows: each by an identifier of its own, which no two enrolled cards have. */

/** A card that is to be enrolled, by its number or its id here. */
export interface Enrolling extends WantedEnrolment {
  readonly card: { readonly pan: string } | { readonly cardId: string };
  readonly reason: string;
}

/**
 * `AREF_TAKEN`: another enrolled card has the identifier. `ENROLLED_OTHERWISE`: the card is enrolled with other details.
 * `OUT_OF_SIGHT`: the ICA is none of whoever enrols.
 */
export type EnrolRefusal =
  | EnrolmentAmiss
  | "AREF_TAKEN"
  | "ENROLLED_OTHERWISE"
  | "CARD_REPLACED"
  | "OUT_OF_SIGHT";

export type Enrolled =
  | {
      readonly kind: "enrolled";
      /** Null in a dry run, of a number that is no card yet. */
      readonly cardId: string | null;
      readonly enrolment: Enrolment;
      /** False: it was enrolled so before. */
      readonly isNew: boolean;
      readonly position: Position | null;
    }
  | { readonly kind: "refused"; readonly code: EnrolRefusal }
  | ({ readonly kind: "conflict" } & VersionConflict);

export interface EnrolRules {
  readonly mayEnrol: (ica: string) => boolean;
  /** Nothing is written, and no card made. */
  readonly isDryRun: boolean;
}

/** One after the other; what became of each, in their order. */
export async function enrolCards(
  services: Services,
  write: Write,
  wanted: readonly Enrolling[],
  { mayEnrol, isDryRun }: EnrolRules,
): Promise<readonly Enrolled[]> {
  const became = await exclusively(services, LOCKS.enrolments, async () => {
    const numbers = wanted.flatMap(({ card: named }) => ("pan" in named ? [named.pan] : []));
    const cards = await (isDryRun ? findCardsOfPans : cardsOfPans)(services, numbers);
    if (!isDryRun) await keepExportHashes(services, cards);
    const issuerOf = await issuersByNumber(services);
    const run = new EnrolRun(services, write, mayEnrol, isDryRun);
    const done: Enrolled[] = [];
    for (const one of wanted) {
      const { card: named } = one;
      const isNumber = "pan" in named;
      const cardId = isNumber ? (cards.get(named.pan) ?? null) : named.cardId;
      const issuer = isNumber ? issuerOf(named.pan) : await issuerOfCard(services, named.cardId);
      done.push(await run.enrol(one, { cardId, issuer, place: done.length }));
    }
    return done;
  });
  const enrolled = became.flatMap((one) => (one.kind === "enrolled" ? one.enrolment.aref : []));
  if (!isDryRun) await takeWaiting(services, enrolled);
  return became;
}

interface Known {
  readonly cardId: string | null;
  readonly issuer: CardIssuer | null;
  readonly place: number;
}

class EnrolRun {
  readonly #services: Services;
  readonly #write: Write;
  readonly #mayEnrol: (ica: string) => boolean;
  readonly #isDryRun: boolean;
  /** What a dry run would have written, by identifier. */
  readonly #planned = new Map<string, Enrolling["card"]>();

  constructor(services: Services, write: Write, mayEnrol: (ica: string) => boolean, isDryRun: boolean) {
    this.#services = services;
    this.#write = write;
    this.#mayEnrol = mayEnrol;
    this.#isDryRun = isDryRun;
  }

  async enrol(wanted: Enrolling, { cardId, issuer, place }: Known): Promise<Enrolled> {
    const { now } = this.#write;
    const enrolment = enrolmentOf(wanted, issuer, now);
    if (typeof enrolment === "string") return { kind: "refused", code: enrolment };
    if (!this.#mayEnrol(enrolment.ica)) return { kind: "refused", code: "OUT_OF_SIGHT" };
    if (await this.#isTaken(wanted, cardId)) return { kind: "refused", code: "AREF_TAKEN" };
    const decide = (state: CardState) =>
      card.decide(state, {
        type: "EnrollCard",
        now,
        by: byOf(this.#write),
        reason: wanted.reason,
        enrolment,
      });
    if (this.#isDryRun || cardId === null) {
      const decision = decide(cardId === null ? initialCard : await stateOf(this.#services, cardId));
      if (decision.kind === "refused") return refused(decision.refusal.code);
      this.#planned.set(wanted.aref, wanted.card);
      return { kind: "enrolled", cardId, enrolment, isNew: decision.events.length > 0, position: null };
    }
    await this.#register(wanted.aref, cardId);
    const done = await execute(this.#services, this.#services.streams.card, this.#write, {
      stream: cardStream(cardId),
      operation: `enroll-${String(place)}`,
      announce: null,
      decide,
    });
    if (done.kind === "done")
      return { kind: "enrolled", cardId, enrolment, isNew: done.stored.length > 0, position: done.position };
    const { refusal } = done;
    return refusal.code === "VERSION_CONFLICT" ? { kind: "conflict", ...refusal } : refused(refusal.code);
  }

  async #isTaken({ aref, card: named }: Enrolling, cardId: string | null): Promise<boolean> {
    const planned = this.#planned.get(aref);
    if (planned !== undefined) return JSON.stringify(planned) !== JSON.stringify(named);
    const holder = await cardByAref(this.#services, aref);
    return holder !== null && holder !== cardId;
  }

  /** Before the event: whoever dies in between has taken nothing, for the card's stream says so. */
  async #register(aref: string, cardId: string): Promise<void> {
    await this.#services.pool.query(
      "insert into card_arefs (aref, card_id) values ($1, $2) on conflict (aref) do update set card_id = excluded.card_id",
      [aref, cardId],
    );
  }
}

function refused(code: string): Enrolled {
  if (code === "CARD_REPLACED" || code === "ENROLLED_OTHERWISE") return { kind: "refused", code };
  throw new Error(`an enrolment is never refused so, and was: ${code}`);
}
