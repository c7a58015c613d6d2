import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision } from "../decider.ts";
import { type StreamKind, typesOf } from "../streamKind.ts";
import { type Instant, instant, iso } from "../time.ts";
import { termsEvent, type TermsEvent } from "./events.ts";
import { TERMS_KINDS, type TermsKind } from "./kinds.ts";

/** Every file of one kind that was ever uploaded, in the stream `terms-<kind>`, in the order in which they came. */

export type TermsFile = TermsEvent["data"];

export interface TermsState {
  readonly files: readonly TermsFile[];
}

export interface Upload {
  readonly type: "Upload";
  readonly id: string;
  readonly kind: TermsKind;
  readonly validFrom: string;
  readonly hash: string;
  readonly bytes: number;
  readonly now: Instant;
  readonly by: ActorRef;
}

const initial: TermsState = { files: [] };

function evolve(state: TermsState, { data }: TermsEvent): TermsState {
  return { files: [...state.files, data] };
}

/** The same file for the day that it is valid from already changes nothing: nobody has to consent again. */
function decide(state: TermsState, { type: _, now, ...upload }: Upload): Decision<TermsEvent, never> {
  if (ofDay(state, upload.validFrom)?.hash === upload.hash) return accept();
  return accept({ type: "TermsUploaded", data: { ...upload, at: iso(now) } });
}

export const terms: Decider<TermsState, TermsEvent, Upload, never> = { initial, evolve, decide };

export const termsKindOfStream: StreamKind<TermsState, TermsEvent> = {
  decider: terms,
  event: termsEvent,
  types: typesOf(termsEvent),
};

export function termsStream(kind: TermsKind): string {
  return `terms-${kind}`;
}

export const TERMS_STREAMS: readonly string[] = TERMS_KINDS.map(termsStream);

/** The file that counts for a day: of several the one that came last. */
export function ofDay({ files }: TermsState, day: string): TermsFile | null {
  return files.findLast(({ validFrom }) => validFrom === day) ?? null;
}

/** The file that is valid at a time: that of the latest day which has begun. Null before the first. */
export function validAt(state: TermsState, now: Instant): TermsFile | null {
  const begun = state.files.map(({ validFrom }) => validFrom).filter((day) => startOf(day) <= now);
  const [latest] = begun.sort().slice(-1);
  return latest === undefined ? null : ofDay(state, latest);
}

/** How a file stands at a time. */
export type TermsStatus = "VALID" | "SCHEDULED" | "SUPERSEDED";

export function statusAt(state: TermsState, file: TermsFile, now: Instant): TermsStatus {
  if (ofDay(state, file.validFrom)?.id !== file.id) return "SUPERSEDED";
  if (startOf(file.validFrom) > now) return "SCHEDULED";
  return validAt(state, now)?.id === file.id ? "VALID" : "SUPERSEDED";
}

/** How a file that is uploaded for a day would stand, and whose place it would take. */
export function standingOf(
  state: TermsState,
  validFrom: string,
  now: Instant,
): { readonly status: TermsStatus; readonly replaces: TermsFile | null } {
  const replaces = ofDay(state, validFrom);
  if (startOf(validFrom) > now) return { status: "SCHEDULED", replaces };
  const valid = validAt(state, now);
  return { status: valid === null || valid.validFrom <= validFrom ? "VALID" : "SUPERSEDED", replaces };
}

function startOf(day: string): Instant {
  return instant(`${day}T00:00:00Z`);
}
