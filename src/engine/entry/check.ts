import { card as cardDecider, type CardRefusal } from "../../domain/card/card.ts";
import { checkEntry as decideCheck, type CheckDecision, type CheckEntry } from "../../domain/card/check.ts";
import { type AttemptLocation, type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { endOfMonth, isTimeZone } from "../../domain/calendar.ts";
import { maskPan } from "../../domain/pan.ts";
import { padPan } from "../../domain/accountRange.ts";
import type { LocationBody } from "../../domain/location/events.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { SpendFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { readingPlan } from "../../domain/ruleset/evaluate/plan.ts";
import { accept, refuse } from "../../domain/decider.ts";
import { type TerminalEvent, terminalStream } from "../../domain/terminal/events.ts";
import {
  deviceName,
  terminal as terminalDecider,
  type TerminalRefusal,
  type TerminalState,
} from "../../domain/terminal/terminal.ts";
import { eventId } from "../../eventlog/codec.ts";
import { cardHashes, cardLinks, requestFingerprint, sameHash } from "../../vault/hashing.ts";
import { newCardId } from "../../vault/cardIds.ts";
import { ContendedError } from "../executor.ts";
import { isUnplaced, markUnplaced, type RequestKey } from "../gate.ts";
import { type Problem, problem } from "../problem.ts";
import { readSpend } from "../referenceData/inForce.ts";
import type { Services } from "../services.ts";
import { settleLapsedPlaces } from "../budget/settle.ts";
import type { Stored } from "../streams.ts";
import type { Verdict } from "./attempt.ts";
import { type Attempt, type CheckInput, metaOf } from "./attempt.ts";
import type { TerminalAuthenticator } from "../terminals/authenticate.ts";
import { OutsideAnswers } from "./outsideAnswers.ts";
import { giveBack, readBudgets, reserve } from "./budgets.ts";
import { NobodyWaitsError } from "../patience.ts";
import { openPosRequest } from "./request.ts";
import { joinCards, loadCards } from "../joinedCards.ts";

export type Checked = { readonly kind: "checked"; readonly verdict: Stored<Verdict> } | Problem;

/** How often a verdict is made again when another instance was faster at this card. */
const MOST_TRIES = 5;

/** A tap: one round trip for all that must be fresh, then the verdict appended to the card's stream. */
export async function checkEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  input: CheckInput,
): Promise<Checked> {
  const { card } = input;
  const device = deviceName(input.terminal.life);
  const newAccessId = services.newId();
  const key: RequestKey = {
    terminal: device,
    operation: "check_entry",
    // A tap without a request id is new each time; the tab keeps it apart from every printable id.
    requestId: input.requestId ?? `\t${newAccessId}`,
    fingerprint: requestFingerprint(services.keyring, [
      card.pan,
      card.expiry,
      card.entryMode,
      card.par,
      card.tokenOf,
    ]),
  };
  const request = await openPosRequest(services, authenticator, input.terminal, {
    request: key,
    accessId: newAccessId,
    card: {
      newCardId: newCardId(services),
      mask: maskPan(card.pan),
      links: cardLinks(services.keyring, card),
      ...cardHashes(services.keyring, card.pan),
    },
  });
  if (request.kind === "problem") return request;
  const { claim } = request.opening;
  if (claim.kind === "known" && !sameHash(claim.fingerprint, key.fingerprint))
    return problem("REQUEST_ID_REUSED");
  const accessId = claim.kind === "known" ? (claim.accessId ?? newAccessId) : newAccessId;
  const cardId = (claim.kind === "known" ? claim.cardId : null) ?? request.opening.cardId;
  if (cardId === null) throw new Error("the gate answers with a card");
  if (request.opening.isNewCard) services.streams.card.begin(cardStream(cardId));
  const attemptKey = input.requestId === null ? accessId : `${device} ${input.requestId}`;
  const attempt: Attempt = { request, input, accessId, cardId, key: attemptKey };
  if (request.location === null || (claim.kind === "known" && claim.unplaced)) {
    return await refuseUnplaced(services, attempt, key);
  }
  return (
    (await decideAttempt(services, attempt, key, request.location)) ??
    (await refuseUnplaced(services, attempt, key))
  );
}

/**
 * The terminal belongs to no location: the attempt concerns the device and stands in its stream. Where the same request
 * may be under way from a place, it is given up there first: only one of the two streams has a verdict of it.
 */
async function refuseUnplaced(services: Services, attempt: Attempt, key: RequestKey): Promise<Checked> {
  const { input, request } = attempt;
  const isRepeat = request.opening.claim.kind === "known";
  const before = await storedVerdict(services, attempt, isRepeat ? await generationOf(services, attempt) : 0);
  if (before !== null) return { kind: "checked", verdict: before };
  // Before the event, so that no retry from another place can overlook it.
  await markUnplaced(services.pool, key);
  const isAlone = input.requestId === null || (!isRepeat && input.terminal.life.locationId === null);
  if (isAlone) {
    const refused = await appendRefusal(services, attempt, input.requestId !== null);
    if (refused !== null) return refused;
  }
  const decided = await giveUpElsewhere(services, attempt);
  if (decided !== null) return { kind: "checked", verdict: decided };
  const refused = await appendRefusal(services, attempt, false);
  if (refused === null) throw new Error("only an attempt that may be repeated elsewhere is not refused");
  return refused;
}

/** @param whileUnmoved null if the terminal was given a place since the request came: a repeat may have come from there */
async function appendRefusal(
  services: Services,
  attempt: Attempt,
  whileUnmoved: boolean,
): Promise<Checked | null> {
  const { accessId, cardId, input, request } = attempt;
  const { requestId, card } = input;
  const { life, revision } = input.terminal;
  const stream = terminalStream(life.serialNumber);
  const isMoved = async (head: number): Promise<boolean> => {
    if (!whileUnmoved || head === revision) return false;
    const since = await services.log.read(stream, { from: revision + 1 });
    return since.some(({ type }) => type === "TerminalChanged");
  };
  const result = await services.executor.execute<TerminalState, TerminalEvent, RefusedAttempt>(
    services.streams.terminal,
    {
      stream,
      meta: metaOf(services, attempt, 0),
      decide: async (state, folded) =>
        (await isMoved(folded.revision))
          ? refuse({ code: "MOVED" as const })
          : terminalDecider.decide(state, {
              type: "RefuseAttempt",
              now: request.now,
              accessId,
              requestId,
              cardId,
              entryMode: card.entryMode,
            }),
    },
  );
  if (result.kind === "refused" && result.refusal.code === "MOVED") return null;
  const stored = result.kind === "done" ? result.stored[0] : undefined;
  if (stored?.event.type !== "AttemptRefused")
    throw new Error(`the attempt of ${life.serialNumber} was not recorded`);
  return { kind: "checked", verdict: { ...stored, event: stored.event } };
}

type RefusedAttempt = TerminalRefusal | { readonly code: "MOVED" };

/** The verdict in the card's stream; null if there is none, and from now on there can be none. */
async function giveUpElsewhere(services: Services, attempt: Attempt): Promise<Stored<Verdict> | null> {
  const { accessId, cardId, key: attemptKey, request } = attempt;
  const meta = metaOf(services, attempt, 0);
  const found: { verdict: Stored<Verdict> | null } = { verdict: null };
  await services.executor.execute<CardState, CardEvent, CardRefusal>(services.streams.card, {
    stream: cardStream(cardId),
    // Once: whoever comes to the card afterwards looks into the register again.
    meta: { ...meta, identity: { ...meta.identity, operation: "refuse_unplaced" } },
    decide: async (state) => {
      found.verdict = await storedVerdict(services, attempt, state.abandoned.get(attemptKey) ?? 0);
      if (found.verdict !== null) return accept();
      const { now } = request;
      return cardDecider.decide(state, {
        type: "AbandonAttempt",
        accessId,
        attemptKey,
        rulesetId: null,
        now,
      });
    },
  });
  return found.verdict;
}

async function generationOf(services: Services, { cardId, key }: Attempt): Promise<number> {
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  return state.abandoned.get(key) ?? 0;
}

/** Null for an attempt that was given up because its terminal had no place. */
async function decideAttempt(
  services: Services,
  attempt: Attempt,
  key: RequestKey,
  location: RecordLife<LocationBody>,
): Promise<Checked | null> {
  const { request, input, cardId, accessId } = attempt;
  const { opening, now } = request;
  const published = await services.catalogue.at(opening.rulesets);
  const ranges = await services.accountRanges.at(opening.accountRanges);
  // The number behind a device token says whose card it is.
  const number = input.card.tokenOf ?? input.card.pan;
  const issuer = ranges.find(number)?.issuer ?? null;
  const place = { locationId: location.id, country: location.body.countryCode };
  let plannedFor = now;
  let plan = readingPlan(published.portfolio, issuer, place, now);
  const command = {
    accessId,
    requestId: input.requestId,
    attemptKey: attempt.key,
    now,
    terminal: input.terminal.life.serialNumber,
    entryMode: input.card.entryMode,
    location: attemptLocation(location),
    portfolio: published.portfolio,
  };
  const facts = {
    terminalTrust: input.terminal.life.credential?.trust ?? ("BEARER" as const),
    issuer,
    cardNumber: { kind: "number" as const, padded: padPan(number) },
    cardExpiresAt: cardExpiresAt(input.card.expiry, location.body.timeZone),
  };
  await settleLapsedPlaces(services, published.portfolio, plan.budgets, now);
  const { identity: _own, ...meta } = metaOf(services, attempt, 0);
  await joinCards(services, cardId, opening.joined, now, meta);
  const outside = new OutsideAnswers(services, attempt, location.id);
  return await services.executor.inTurn(
    cardStream(cardId),
    async () => {
      let folded = await services.streams.card.load(cardStream(cardId));
      let reserved: string | null = null;
      let generation: number | null = null;
      let lapseKnown = false;
      let spend: SpendFacts | null = null;
      for (let tries = 0; tries < MOST_TRIES; ) {
        if (input.patience?.isOver() === true)
          throw new NobodyWaitsError(`nobody waits for ${accessId} any more`);
        const repeated = await verdictBefore(services, cardId, folded.state, accessId);
        if (repeated !== null) return { kind: "checked", verdict: repeated };
        if (generation === null) {
          generation = folded.state.abandoned.get(attempt.key) ?? 0;
          // Given up after its verdict: what was answered stays so.
          const before = generation === 0 ? null : await storedVerdict(services, attempt, generation);
          if (before !== null) return { kind: "checked", verdict: before };
          if (generation > 0 && (await isUnplaced(services.pool, key))) return null;
        }
        // A card is judged at no time before its last event, which an instance with a later clock may have written.
        const at = Math.max(now, folded.state.lastAt);
        if (at > plannedFor) {
          plan = readingPlan(published.portfolio, issuer, place, at);
          plannedFor = at;
        }
        if (plan.spend && spend === null) {
          spend = await readSpend(
            services.pool,
            [cardId, ...opening.joined],
            await services.rates.at(opening.rates),
          );
        }
        const joined = await loadCards(services, opening.joined);
        const budgets = await readBudgets(services, published, plan.budgets, accessId, at);
        const decision: CheckDecision = decideCheck(folded.state, {
          generation,
          ...command,
          joined,
          facts: { spend, budgets: budgets.facts, ...facts, ...outside.facts() },
          evidence: {
            portfolio: { size: published.portfolio.size, digest: published.digest },
            budgets: budgets.evidence,
            spendWatermark: spend?.watermark ?? null,
          },
          reserved,
        } satisfies CheckEntry);
        if (decision.kind === "refused") {
          return problem("UNAVAILABLE", "The attempt was given up. Send it again.", {
            retryAfter: 1,
          });
        }
        if (decision.kind === "needs") {
          if (decision.need.kind !== "budget") {
            await outside.ask(decision.need);
          } else if (await reserve(services, published, decision.need.rulesetId, attempt, generation, at)) {
            reserved = decision.need.rulesetId;
          } else {
            // The budget went to others meanwhile: it is read again, and the verdict will say so.
            tries++;
          }
          continue;
        }
        const events = lapseKnown
          ? decision.events.filter((event) => event.type !== "EntryLapsed")
          : decision.events;
        const before = folded.state;
        const result = await services.streams.card.append(
          cardStream(cardId),
          folded,
          events,
          metaOf(services, attempt, generation),
        );
        if (result.outcome === "conflict") {
          const fresh = await services.streams.card.refresh(cardStream(cardId));
          // The stream did not move: some of these events stand in it already, from an earlier time.
          lapseKnown = fresh.revision === folded.revision;
          folded = fresh;
          tries++;
          continue;
        }
        const verdict = verdictIn(result.stored);
        await giveBack(services, attempt, before, events, reserved, verdict);
        return { kind: "checked", verdict };
      }
      throw new ContendedError(`card ${cardId} changed ${String(MOST_TRIES)} times while a tap was decided`);
    },
    input.patience,
  );
}

/** The grant of this access id, if the attempt was made before. */
async function verdictBefore(
  services: Services,
  cardId: string,
  state: CardState,
  accessId: string,
): Promise<Stored<Verdict> | null> {
  const entry = state.entries.get(accessId);
  if (entry === undefined) return null;
  const stored = await services.streams.card.eventAt(cardStream(cardId), entry.grantRevision);
  return stored === null ? null : verdictIn([stored]);
}

/** The verdict that an attempt came to before it was given up so many times, or before its terminal lost its place. */
async function storedVerdict(
  services: Services,
  attempt: Attempt,
  generation: number,
): Promise<Stored<Verdict> | null> {
  const ids = new Set<string>();
  for (let earlier = 0; earlier <= generation; earlier++) {
    const { caller, operation, requestId } = metaOf(services, attempt, earlier).identity;
    ids.add(eventId(caller, operation, requestId, 0));
  }
  const events = await services.log.read(cardStream(attempt.cardId));
  const found = events.find((one) => ids.has(one.id));
  return found === undefined ? null : verdictIn([services.streams.card.read(found)]);
}

function verdictIn(stored: readonly Stored<CardEvent>[]): Stored<Verdict> {
  for (const one of stored) {
    const { event } = one;
    if (event.type === "EntryGranted" || event.type === "EntryRejected") return { ...one, event };
  }
  throw new Error("an attempt ends in a grant or a rejection");
}

/** Where a place names no zone, or none that is known here, a month ends when it has ended everywhere. */
const LAST_ZONE = "Etc/GMT+12";

function cardExpiresAt(expiry: string | undefined, timeZone: string | null): number | null {
  if (expiry === undefined) return null;
  return endOfMonth(expiry, timeZone !== null && isTimeZone(timeZone) ? timeZone : LAST_ZONE);
}

function attemptLocation({ id, body }: RecordLife<LocationBody>): AttemptLocation {
  const { name, countryCode: country, service, cooldownMinutes, merchantId } = body;
  return { id, name, country, service, cooldownMinutes, merchantId };
}
