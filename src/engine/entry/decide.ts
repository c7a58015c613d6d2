import { checkEntry as decideCheck, type CheckEntry } from "../../domain/card/check.ts";
import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { endOfMonth, isTimeZone } from "../../domain/calendar.ts";
import { padPan } from "../../domain/accountRange.ts";
import { type Decision, refuse } from "../../domain/decider.ts";
import type { LocationBody } from "../../domain/location/events.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { SpendFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { type ReadingPlan, readingPlan } from "../../domain/ruleset/evaluate/plan.ts";
import type { Instant } from "../../domain/time.ts";
import { readBudgets } from "../budget/read.ts";
import { reservePlace } from "../budget/reserve.ts";
import { settleLapsedPlaces } from "../budget/settle.ts";
import type { Execution, Needs } from "../executor.ts";
import { isUnplaced } from "../gate/register.ts";
import type { RequestKey } from "../gate/opening.ts";
import { joinCards, loadCards } from "../joinedCards.ts";
import { problem } from "../problem.ts";
import type { PublishedRulesets } from "../publishedRulesets.ts";
import { readSpend } from "../referenceData/spend.ts";
import type { Services } from "../services.ts";
import type { CommandMeta, Folded, Stored } from "../streams.ts";
import { type Attempt, attemptLocation, type Checked, metaOf, placeOf, type Verdict } from "./attempt.ts";
import { OutsideAnswers } from "./outsideAnswers.ts";
import { textsOf } from "./request.ts";
import { giveBackUnused } from "./unusedPlaces.ts";
import { storedVerdict, verdictBefore, verdictIn } from "./verdicts.ts";

/** Decides a tap in its card's turn. Null for an attempt that was given up because its terminal had no place. */
export async function decideAttempt(
  services: Services,
  attempt: Attempt,
  key: RequestKey,
  location: RecordLife<LocationBody>,
): Promise<Checked | null> {
  const { request, cardId } = attempt;
  const published = await services.rulesets.at(request.opening.rulesets);
  const ranges = await services.accountRanges.at(request.opening.accountRanges);
  const tap = new TapDecision(services, attempt, key, {
    location,
    published,
    // The number behind a device token says whose card it is.
    issuer: ranges.find(numberOf(attempt))?.issuer ?? null,
    texts: await textsOf(services, request),
  });
  await settleLapsedPlaces(services, published.portfolio, tap.plan.budgets, request.now);
  const { identity: _own, ...meta } = metaOf(services, attempt, 0);
  await joinCards(services, cardId, request.opening.joined, request.now, meta);
  const done = await services.executor.execute(services.streams.card, tap);
  if (done.kind === "done") return { kind: "checked", verdict: await tap.concluded(done.stored) };
  switch (done.refusal.code) {
    case "DECIDED":
      return { kind: "checked", verdict: done.refusal.verdict };
    case "UNPLACED":
      return null;
    case "ATTEMPT_ABANDONED":
      return problem("UNAVAILABLE", "The attempt was given up. Send it again.", { retryAfter: 1 });
  }
}

type TapRefusal =
  | { readonly code: "ATTEMPT_ABANDONED" }
  /** It has its verdict already. */
  | { readonly code: "DECIDED"; readonly verdict: Stored<Verdict> }
  /** It was given up because its terminal had no place. */
  | { readonly code: "UNPLACED" };

type Need = Extract<ReturnType<typeof decideCheck>, { kind: "needs" }>["need"];

interface Scene {
  readonly location: RecordLife<LocationBody>;
  readonly published: PublishedRulesets;
  readonly issuer: CheckEntry["facts"]["issuer"];
  /** The revision of the stream of screens' texts; -1: nothing was ever changed. */
  readonly texts: number;
}

/** One attempt, and what it is decided on: gathered as the decision asks for it, and kept while it is decided again. */
class TapDecision implements Execution<CardState, CardEvent, TapRefusal, Need> {
  readonly stream: string;
  /** What has to be read for a decision at the instant of {@link #plannedFor}. */
  plan: ReadingPlan;
  readonly #services: Services;
  readonly #attempt: Attempt;
  readonly #key: RequestKey;
  readonly #scene: Scene;
  readonly #outside: OutsideAnswers;
  #plannedFor: Instant;
  #generation: number | null = null;
  #reserved: string | null = null;
  #spend: SpendFacts | null = null;
  #at: Instant;
  #before: Folded<CardState> | null = null;
  #events: readonly CardEvent[] = [];

  constructor(services: Services, attempt: Attempt, key: RequestKey, scene: Scene) {
    this.stream = cardStream(attempt.cardId);
    this.#services = services;
    this.#attempt = attempt;
    this.#key = key;
    this.#scene = scene;
    const { id, body } = scene.location;
    this.#outside = new OutsideAnswers(services, attempt, {
      location: { id, country: body.countryCode, service: body.service },
      issuer: scene.issuer,
    });
    this.#at = attempt.request.now;
    this.#plannedFor = attempt.request.now;
    this.plan = this.#planFor(attempt.request.now);
  }

  get meta(): CommandMeta {
    return metaOf(this.#services, this.#attempt, this.#generation ?? 0);
  }

  readonly decide = async (
    state: CardState,
    folded: Folded<CardState>,
  ): Promise<Decision<CardEvent, TapRefusal> | Needs<Need>> => {
    const generation = this.#generation ?? state.abandoned.get(this.#attempt.key) ?? 0;
    const refusal = await this.#decidedBefore(state, generation);
    if (refusal !== null) return refuse(refusal);
    this.#generation = generation;
    await this.#look(state);
    const { published } = this.#scene;
    const { accessId, request } = this.#attempt;
    const joined = await loadCards(this.#services, request.opening.joined);
    const budgets = await readBudgets(
      this.#services,
      published.portfolio,
      this.plan.budgets,
      accessId,
      this.#at,
    );
    const decision = decideCheck(state, {
      generation,
      ...this.#command(),
      joined,
      facts: {
        spend: this.#spend,
        budgets: budgets.facts,
        ...this.#facts(),
        ...this.#outside.facts(),
      },
      evidence: {
        portfolio: { size: published.portfolio.size, digest: published.digest },
        budgets: budgets.evidence,
        spendWatermark: this.#spend?.watermark ?? null,
      },
      reserved: this.#reserved,
    });
    if (decision.kind !== "accepted") return decision;
    // The stream did not move since the last try: some of these events stand in it already, from an earlier time.
    const lapseKnown = this.#before?.revision === folded.revision;
    this.#before = folded;
    this.#events = lapseKnown
      ? decision.events.filter((event) => event.type !== "EntryLapsed")
      : decision.events;
    return { kind: "accepted", events: this.#events };
  };

  readonly satisfy = async (need: Need): Promise<boolean> => {
    if (need.kind !== "budget") {
      await this.#outside.ask(need, this.#generation ?? 0, this.#at);
      return true;
    }
    const ruleset = this.#scene.published.portfolio.inForce(need.rulesetId, this.#at);
    if (ruleset === null) throw new Error(`ruleset ${need.rulesetId} granted and is not in force`);
    const { key, accessId } = this.#attempt;
    const place = { ...placeOf(this.#services, this.#attempt, accessId), now: this.#at };
    const isHeld = await reservePlace(this.#services, ruleset, place, {
      key,
      generation: this.#generation ?? 0,
    });
    // Else the budget went to others meanwhile: it is read again, and the verdict will say so.
    if (isHeld) this.#reserved = need.rulesetId;
    return isHeld;
  };

  /** The verdict that was stored, and the places given back that it leaves unused. */
  async concluded(stored: readonly Stored<CardEvent>[]): Promise<Stored<Verdict>> {
    if (this.#before === null) throw new Error("a verdict was decided before it is stored");
    const verdict = verdictIn(stored);
    const { state } = this.#before;
    await giveBackUnused(this.#services, this.#attempt, state, this.#events, this.#reserved, verdict);
    return verdict;
  }

  async #decidedBefore(state: CardState, generation: number): Promise<TapRefusal | null> {
    const { cardId, accessId } = this.#attempt;
    const repeated = await verdictBefore(this.#services, cardId, state, accessId);
    if (repeated !== null) return { code: "DECIDED", verdict: repeated };
    if (this.#generation !== null || generation === 0) return null;
    // Given up after its verdict: what was answered stays so.
    const before = await storedVerdict(this.#services, this.#attempt, generation);
    if (before !== null) return { code: "DECIDED", verdict: before };
    return (await isUnplaced(this.#services.db, this.#key)) ? { code: "UNPLACED" } : null;
  }

  /** A card is judged at no time before its last event, which an instance with a later clock may have written. */
  async #look({ lastAt }: CardState): Promise<void> {
    const { request, cardId } = this.#attempt;
    this.#at = Math.max(request.now, lastAt);
    if (this.#at > this.#plannedFor) {
      this.plan = this.#planFor(this.#at);
      this.#plannedFor = this.#at;
    }
    const { spendSince } = this.plan;
    if (spendSince === null || this.#spend !== null) return;
    const { opening } = request;
    this.#spend = await readSpend(
      this.#services.pool,
      [cardId, ...opening.joined],
      spendSince,
      async (days) => await this.#services.rates.at(opening.rates, days),
    );
  }

  #planFor(at: Instant): ReadingPlan {
    const { location, published, issuer } = this.#scene;
    const place = { locationId: location.id, country: location.body.countryCode };
    return readingPlan(published.portfolio, issuer, place, at);
  }

  #command() {
    const { accessId, key: attemptKey, request, input } = this.#attempt;
    const { location, published, texts } = this.#scene;
    return {
      ...{ accessId, attemptKey, requestId: input.requestId, now: request.now },
      ...{ terminal: input.terminal.life.serialNumber, entryMode: input.card.entryMode },
      location: attemptLocation(location),
      portfolio: published.portfolio,
      ...(texts < 0 ? {} : { screen: { texts, timeZone: location.body.timeZone } }),
    };
  }

  #facts() {
    const { input } = this.#attempt;
    const { location, issuer } = this.#scene;
    return {
      terminalTrust: input.terminal.life.credential?.trust ?? ("BEARER" as const),
      issuer,
      cardNumber: { kind: "number" as const, padded: padPan(numberOf(this.#attempt)) },
      cardExpiresAt: cardExpiresAt(input.card.expiry, location.body.timeZone),
    };
  }
}

function numberOf({ input: { card } }: Attempt): string {
  return card.tokenOf ?? card.pan;
}

/** Where a place names no zone, or none that is known here, a month ends when it has ended everywhere. */
const LAST_ZONE = "Etc/GMT+12";

function cardExpiresAt(expiry: string | undefined, timeZone: string | null): number | null {
  if (expiry === undefined) return null;
  return endOfMonth(expiry, timeZone !== null && isTimeZone(timeZone) ? timeZone : LAST_ZONE);
}
