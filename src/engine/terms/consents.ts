import {
  consent,
  type ConsentRefusal,
  type ConsentState,
  CONSENT_PREFIX,
  consentStream,
  missing,
} from "../../domain/consent/consent.ts";
import type { ConsentEvent } from "../../domain/consent/events.ts";
import { CONSENTING_ROLES } from "../../domain/terms/kinds.ts";
import { type TermsFile, TERMS_STREAMS } from "../../domain/terms/terms.ts";
import { usersInUse } from "../accounts/accounts.ts";
import type { Caller } from "../accounts/callers.ts";
import { businessNow } from "../businessClock.ts";
import { headsUnder } from "../gate/heads.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { validTerms } from "./terms.ts";

/** Whoever works with the programme from outside consents to what is valid before anything else (decision 41). */

export interface Consenting {
  /** What is valid, of each kind: both are ticked anew where one of them is new. */
  readonly valid: readonly TermsFile[];
  readonly isWanted: boolean;
}

const NONE: Consenting = { valid: [], isWanted: false };

/** What somebody who signed in has to tick. A key never has: nobody sits before it. */
export async function consentingOf(services: Services, { principal, session }: Caller): Promise<Consenting> {
  if (session === null || !CONSENTING_ROLES.has(principal.role)) return NONE;
  const own = consentStream(principal.id);
  const { rows } = await services.pool.query<{ stream: string; revision: number }>({
    name: "consent_heads",
    text: "select stream, revision from stream_heads where stream = any($1)",
    values: [[own, ...TERMS_STREAMS]],
  });
  const heads = new Map(rows.map(({ stream, revision }) => [stream, revision]));
  const valid = await validTerms(services, await businessNow(services), heads);
  if (valid.length === 0) return NONE;
  const { state } = await services.streams.consent.load(own, heads.get(own) ?? -1);
  return { valid, isWanted: missing(state, valid).length > 0 };
}

/** Null where nothing stands between the caller and what it wants. */
export async function consentProblem(services: Services, caller: Caller): Promise<Problem | null> {
  const { isWanted } = await consentingOf(services, caller);
  return isWanted ? problem("CONSENT_REQUIRED") : null;
}

/** @param ticked ids of documents: of all that is valid, and of nothing else */
export async function giveConsent(
  services: Services,
  write: Write,
  valid: readonly TermsFile[],
  ticked: readonly string[],
): Promise<Problem | null> {
  const userId = write.principal.id;
  const done = await execute<ConsentState, ConsentEvent, ConsentRefusal>(
    services,
    services.streams.consent,
    write,
    {
      stream: consentStream(userId),
      operation: "consent",
      decide: (state) =>
        consent.decide(state, {
          type: "GiveConsent",
          userId,
          ticked,
          valid,
          now: write.now,
          by: byOf(write),
        }),
    },
  );
  if (done.kind === "done") return null;
  return done.refusal.code === "VERSION_CONFLICT"
    ? versionConflict(done.refusal)
    : problem(done.refusal.code);
}

export interface Consents {
  /** How many have to consent. */
  readonly of: number;
  /** How many of them have, by the document's id. */
  readonly given: ReadonlyMap<string, number>;
}

/** Of those who are there now. */
export async function countConsents(services: Services): Promise<Consents> {
  const people = (await usersInUse(services)).filter(({ body }) => CONSENTING_ROLES.has(body.role));
  const heads = new Map(
    (await headsUnder(services.db, CONSENT_PREFIX)).map(({ stream, revision }) => [stream, revision]),
  );
  const given = new Map<string, number>();
  for (const { id } of people) {
    const revision = heads.get(consentStream(id));
    if (revision === undefined) continue;
    const { state } = await services.streams.consent.load(consentStream(id), revision);
    for (const document of Object.keys(state.given)) given.set(document, (given.get(document) ?? 0) + 1);
  }
  return { of: people.length, given };
}
