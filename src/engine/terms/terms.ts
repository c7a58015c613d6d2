import type { TermsEvent } from "../../domain/terms/events.ts";
import { TERMS_KINDS, type TermsKind } from "../../domain/terms/kinds.ts";
import {
  standingOf,
  statusAt,
  terms,
  type TermsFile,
  type TermsState,
  type TermsStatus,
  termsStream,
  validAt,
} from "../../domain/terms/terms.ts";
import type { Instant } from "../../domain/time.ts";
import type { Position } from "../../eventlog/log.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { hashOfFile, keepFile } from "./files.ts";

/** Terms & Conditions: what was uploaded, and what is valid. Their streams are short and read whole. */

export interface Uploaded {
  readonly kind: "uploaded";
  readonly file: TermsFile;
  readonly status: TermsStatus;
  /** Null: it was there already. */
  readonly position: Position | null;
}

/** Keeps a file, and then says that it is there: an event never names a file that is missing. */
export async function uploadTerms(
  services: Services,
  write: Write,
  { kind, validFrom }: { readonly kind: TermsKind; readonly validFrom: string },
  bytes: Buffer,
): Promise<Uploaded | Problem> {
  const hash = hashOfFile(bytes);
  await keepFile(services, hash, bytes);
  const { seed: id, now } = write;
  const done = await execute<TermsState, TermsEvent, never>(services, services.streams.terms, write, {
    stream: termsStream(kind),
    operation: "upload-terms",
    decide: (state) =>
      terms.decide(state, {
        type: "Upload",
        id,
        kind,
        validFrom,
        hash,
        bytes: bytes.length,
        now,
        by: byOf(write),
      }),
  });
  if (done.kind === "refused") return versionConflict(done.refusal);
  const { state } = done.folded;
  const file = state.files.findLast((one) => one.validFrom === validFrom && one.hash === hash);
  if (file === undefined) return problem("NOT_FOUND");
  return { kind: "uploaded", file, status: statusAt(state, file, now), position: done.position };
}

export interface ListedTerms {
  readonly kind: TermsKind;
  readonly file: TermsFile;
  readonly status: TermsStatus;
}

/** What an upload would come to. */
export async function standing(
  services: Services,
  { kind, validFrom }: { readonly kind: TermsKind; readonly validFrom: string },
  now: Instant,
): Promise<ReturnType<typeof standingOf>> {
  const { state } = await services.streams.terms.refresh(termsStream(kind));
  return standingOf(state, validFrom, now);
}

/** Every file that was ever uploaded; of the latest day first, of a day the last that came first. */
export async function allTerms(services: Services, now: Instant): Promise<readonly ListedTerms[]> {
  const found = await Promise.all(
    TERMS_KINDS.map(async (kind) => {
      const { state } = await services.streams.terms.refresh(termsStream(kind));
      return state.files.map((file) => ({ kind, file, status: statusAt(state, file, now) }));
    }),
  );
  return found
    .flat()
    .sort(
      ({ file: a }, { file: b }) =>
        compare(b.validFrom, a.validFrom) || compare(b.at, a.at) || compare(b.id, a.id),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What is valid of each kind.
 * @param revisions of the streams' heads: nothing that was acknowledged before them is missed
 */
export async function validTerms(
  services: Services,
  now: Instant,
  revisions: ReadonlyMap<string, number>,
): Promise<readonly TermsFile[]> {
  const found = await Promise.all(
    TERMS_KINDS.map(async (kind) => {
      const stream = termsStream(kind);
      const revision = revisions.get(stream);
      // Nothing was ever uploaded.
      if (revision === undefined) return null;
      const { state } = await services.streams.terms.load(stream, revision);
      return validAt(state, now);
    }),
  );
  return found.filter((file) => file !== null);
}
