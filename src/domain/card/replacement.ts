import type { ActorRef } from "../actor.ts";
import { accept, type Decision, refuse } from "../decider.ts";
import { iso, type Instant } from "../time.ts";
import type { ReplacementCause } from "./causes.ts";
import type { CardEvent, CardInherited, Enrolment } from "./events.ts";
import type { CardState, Replaced } from "./state.ts";

/** A card that is enrolled, and one whose place another takes. */

export interface EnrollCard {
  readonly now: Instant;
  readonly by: ActorRef;
  readonly reason: string;
  /** Absent: enrolled by hand, and known to no reward system. */
  readonly enrolment?: Enrolment;
}

export interface ReplaceCard {
  readonly now: Instant;
  readonly by: ActorRef;
  readonly reason: string;
  readonly cause: ReplacementCause;
  /** The card that goes on for it. */
  readonly into: string;
}

export interface InheritCard {
  readonly now: Instant;
  readonly cardId: string;
  readonly revision: number;
  /** The card whose place this one takes, as it was then. */
  readonly from: Pick<CardState, "enrolled" | "enrolment"> & { readonly replaced: Replaced };
  readonly issuer: CardInherited["data"]["issuer"];
}

/**
 * `CARD_REPLACED`: another card goes on for this one. `ENROLLED_OTHERWISE`: the reward system knows it by other details,
 * which end first.
 */
export type ReplacementRefusal = { readonly code: "CARD_REPLACED" } | { readonly code: "ENROLLED_OTHERWISE" };

/** Said again it is not written again; details are added to an enrolment by hand. */
export function enrollCard(state: CardState, command: EnrollCard): Decision<CardEvent, ReplacementRefusal> {
  if (state.replaced !== null) return refuse({ code: "CARD_REPLACED" });
  const { now, by, reason, enrolment } = command;
  if (state.enrolled) {
    if (enrolment === undefined) return accept();
    if (state.enrolment !== null)
      return isSame(state.enrolment, enrolment) ? accept() : refuse({ code: "ENROLLED_OTHERWISE" });
  }
  const at = iso(Math.max(now, state.lastAt));
  const details = enrolment === undefined ? {} : { enrolment };
  return accept({ type: "CardEnrolled", data: { at, by, reason, ...details } });
}

function isSame(a: Enrolment, b: Enrolment): boolean {
  return a.aref === b.aref && a.ica === b.ica && a.productCode === b.productCode;
}

/** By the same card again it is not written again. */
export function replaceCard(state: CardState, command: ReplaceCard): Decision<CardEvent, ReplacementRefusal> {
  const { now, by, reason, cause, into } = command;
  if (state.replaced?.into === into) return accept();
  if (state.replaced !== null || state.joinedInto !== null) return refuse({ code: "CARD_REPLACED" });
  const at = iso(Math.max(now, state.lastAt));
  return accept({ type: "CardReplaced", data: { at, by, reason, cause, into } });
}

export function inheritCard(state: CardState, command: InheritCard): Decision<CardEvent, never> {
  const { now, cardId, revision, from, issuer } = command;
  if (state.joined.includes(cardId)) return accept();
  const { by, cause } = from.replaced;
  const { enrolled, enrolment } = from;
  const at = iso(Math.max(now, state.lastAt));
  return accept({
    type: "CardInherited",
    data: { at, by, cause, cardId, revision, enrolled, enrolment, issuer },
  });
}
