import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision, refuse } from "../decider.ts";
import { type StreamKind, typesOf } from "../streamKind.ts";
import type { TermsFile } from "../terms/terms.ts";
import { type Instant, iso } from "../time.ts";
import { consentEvent, type ConsentEvent } from "./events.ts";

/** What a user has consented to, in the stream `consent-<user>`. */

export interface ConsentState {
  /** When, by the document's id. */
  readonly given: Readonly<Record<string, string>>;
}

export interface GiveConsent {
  readonly type: "GiveConsent";
  readonly userId: string;
  /** The ids of what was ticked. */
  readonly ticked: readonly string[];
  /** What is valid. */
  readonly valid: readonly TermsFile[];
  readonly now: Instant;
  readonly by: ActorRef;
}

export interface ConsentRefusal {
  /** Not all that is valid was ticked, or what is not valid any more. */
  readonly code: "TERMS_DIFFER";
}

const initial: ConsentState = { given: {} };

function evolve({ given }: ConsentState, { data }: ConsentEvent): ConsentState {
  const added = data.documents.map(({ id }) => [id, given[id] ?? data.at] as const);
  return { given: { ...given, ...Object.fromEntries(added) } };
}

function decide(state: ConsentState, command: GiveConsent): Decision<ConsentEvent, ConsentRefusal> {
  const { userId, ticked, valid, now, by } = command;
  const isAll = valid.every(({ id }) => ticked.includes(id));
  if (!isAll || ticked.some((id) => valid.every((file) => file.id !== id)))
    return refuse({ code: "TERMS_DIFFER" });
  if (missing(state, valid).length === 0) return accept();
  const documents = valid.map(({ kind, id, hash }) => ({ kind, id, hash }));
  return accept({ type: "ConsentGiven", data: { userId, at: iso(now), by, documents } });
}

export const consent: Decider<ConsentState, ConsentEvent, GiveConsent, ConsentRefusal> = {
  initial,
  evolve,
  decide,
};

export const consentKind: StreamKind<ConsentState, ConsentEvent> = {
  decider: consent,
  event: consentEvent,
  types: typesOf(consentEvent),
};

export const CONSENT_PREFIX = "consent-";

export function consentStream(userId: string): string {
  return CONSENT_PREFIX + userId;
}

/** Of what is valid, what was not consented to yet. */
export function missing({ given }: ConsentState, valid: readonly TermsFile[]): readonly TermsFile[] {
  return valid.filter(({ id }) => !Object.hasOwn(given, id));
}
