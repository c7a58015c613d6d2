import { card, type CardRefusal } from "../../domain/card/card.ts";
import type { CardEvent, EntryConfirmed, PaymentRecorded } from "../../domain/card/events.ts";
import type { ConfirmedEntry } from "../../domain/card/entry.ts";
import type { CardState } from "../../domain/card/state.ts";
import { type Decision, refuse } from "../../domain/decider.ts";
import type { PaymentStatus } from "../../domain/card/shapes.ts";
import { OUTSIDE_ANSWERS } from "../../domain/policies.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import { deviceName } from "../../domain/terminal/life.ts";
import type { Instant } from "../../domain/time.ts";
import { commitPlace } from "../budget/commit.ts";
import type { Place } from "../budget/place.ts";
import { reclaimPlace } from "../budget/reserve.ts";
import { ContendedError, type Executed, type Execution, type Needs } from "../executor.ts";
import { forgetRequest } from "../gate/register.ts";
import { chargeNow, chargeStatus } from "../payments/chargeNow.ts";
import type { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { CommandMeta, Stored } from "../streams.ts";
import type { TerminalAuthenticator } from "../terminals/authenticate.ts";
import { confirmCommand, type ConfirmInput } from "./confirmCommand.ts";
import { eventOf, type FindCard, type OpenedEntry, openEntry, ownEntry } from "./openEntry.ts";
import { isInvalid, refusedEntry } from "./refusals.ts";

export interface Confirmed {
  readonly kind: "confirmed";
  readonly stored: Stored<EntryConfirmed>;
  /** The payment that the terminal told after the confirmation, if that is what it asks about. */
  readonly paid: Stored<PaymentRecorded> | null;
  /** Of a fee that the acquirer charges: what is known by now. Null where the event says all. */
  readonly chargeStatus: PaymentStatus | null;
}

/** How often a confirmation that was stored already is looked at again: once is enough, unless the log says otherwise. */
const MOST_REPEATS = 5;

/** The terminal says that the visit took place. */
export async function confirmEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: ConfirmInput,
): Promise<Confirmed | Problem> {
  const { guests, payment } = input;
  const content = [guests, payment];
  const began = services.now();
  const opened = await openEntry(services, authenticator, findCard, input, "confirm_entry", content);
  if (opened.kind === "problem") return opened;
  const confirmed = await confirmOpened(services, input, opened);
  if (confirmed.kind === "refused") {
    if (isInvalid(confirmed.refusal)) await takeBackClaim(services, input, opened);
    return refusedEntry(confirmed.refusal);
  }
  const { result, entry } = confirmed;
  const id = { cardId: opened.cardId, accessId: entry.accessId };
  if (result.stored.some(({ event }) => event.type === "ChargeRequested"))
    await chargeNow(services, id, began + OUTSIDE_ANSWERS - services.now());
  const stored = await eventOf(services, opened.stream, result.stored, entry.confirmRevision);
  if (stored.event.type !== "EntryConfirmed") throw new Error("the revision of a confirmation holds one");
  const paid = payment === null ? null : await paymentOf(services, opened.stream, result.stored, entry);
  const status = entry.charge === null ? null : await chargeStatus(services, id);
  return { kind: "confirmed", stored: { ...stored, event: stored.event }, paid, chargeStatus: status };
}

/** What a confirmation came to in its card's stream; its place in a programme's budget is committed. */
type ConfirmedEvents =
  | {
      readonly kind: "confirmed";
      readonly result: Extract<Executed<CardState, CardEvent, CardRefusal>, { kind: "done" }>;
      readonly entry: ConfirmedEntry;
    }
  | { readonly kind: "refused"; readonly refusal: CardRefusal };

export async function confirmOpened(
  services: Services,
  input: ConfirmInput,
  opened: OpenedEntry,
): Promise<ConfirmedEvents> {
  const { portfolio } = await services.rulesets.at(opened.request.opening.rulesets);
  const confirmation = new Confirmation(services, input, opened, portfolio);
  const result = await untilItIsKnown(services, confirmation);
  if (result.kind === "refused") return result;
  const entry = result.folded.state.entries.get(input.accessId);
  if (entry?.status !== "COMPLETED" && entry?.status !== "REVERSED")
    throw new Error("a confirmed entry is completed");
  if (entry.status === "COMPLETED" && portfolio.keepsQuota(entry.rulesetId))
    await commitPlace(services, entry.rulesetId, confirmation.place, entry.at);
  return { kind: "confirmed", result, entry };
}

/** A late one takes its place again first: it may have been given back. */
interface Need {
  readonly kind: "place";
  readonly rulesetId: string;
  readonly visitAt: Instant;
  readonly judged: Judged;
}

interface Judged {
  readonly state: CardState;
  readonly decision: Decision<CardEvent, CardRefusal>;
}

/** One confirmation, and what it took while it was decided. */
class Confirmation implements Execution<CardState, CardEvent, CardRefusal, Need> {
  readonly stream: string;
  readonly meta: CommandMeta;
  readonly #services: Services;
  readonly #input: ConfirmInput;
  readonly #opened: OpenedEntry;
  readonly #portfolio: Portfolio;
  /** Has its place: what was judged before it took it stands for as long as the card does. */
  #judged: Judged | null = null;

  constructor(services: Services, input: ConfirmInput, opened: OpenedEntry, portfolio: Portfolio) {
    this.stream = opened.stream;
    this.meta = opened.meta;
    this.#services = services;
    this.#input = input;
    this.#opened = opened;
    this.#portfolio = portfolio;
  }

  get place(): Place {
    const { request, cardId, meta } = this.#opened;
    return { accessId: this.#input.accessId, cardId, now: request.now, meta };
  }

  readonly decide = async (state: CardState): Promise<Decision<CardEvent, CardRefusal> | Needs<Need>> => {
    const judged = this.#judged;
    this.#judged = null;
    if (judged?.state === state) return judged.decision;
    const entry = ownEntry(state, this.#input);
    if (entry === undefined) return refuse({ code: "ENTRY_NOT_FOUND" });
    const { rulesetId } = entry;
    const command = await confirmCommand(
      this.#services,
      this.#input,
      this.#opened,
      this.#portfolio,
      state,
      entry,
    );
    const decision = card.decide(state, { type: "ConfirmEntry", ...command });
    const isLate = decision.kind === "accepted" && entry.status === "EXPIRED";
    if (!isLate || !this.#portfolio.keepsQuota(rulesetId)) return decision;
    const need = { kind: "place" as const, rulesetId, visitAt: entry.at, judged: { state, decision } };
    return { kind: "needs", need };
  };

  readonly satisfy = async ({ rulesetId, visitAt, judged }: Need): Promise<boolean> => {
    await reclaimPlace(this.#services, rulesetId, this.place, visitAt);
    this.#judged = judged;
    return true;
  };
}

/**
 * Another instance had confirmed it, and this one did not know: whether that was with the same guests, and whether this
 * payment is known, is decided on what it stored.
 */
async function untilItIsKnown(
  services: Services,
  confirmation: Confirmation,
): Promise<Executed<CardState, CardEvent, CardRefusal>> {
  for (let tries = 0; tries <= MOST_REPEATS; tries++) {
    const result = await services.executor.execute(services.streams.card, confirmation);
    if (result.kind === "refused" || !result.repeated) return result;
  }
  throw new ContendedError(`${confirmation.stream} does not say what was confirmed`);
}

/** The payment that was told after the confirmation; null where it came with it, or never. */
async function paymentOf(
  services: Services,
  stream: string,
  fresh: readonly Stored<CardEvent>[],
  { paymentRevision }: ConfirmedEntry,
): Promise<Stored<PaymentRecorded> | null> {
  if (paymentRevision === null) return null;
  const stored = await eventOf(services, stream, fresh, paymentRevision);
  if (stored.event.type !== "PaymentRecorded") throw new Error("the revision of a payment holds one");
  return { ...stored, event: stored.event };
}

/** What is refused as invalid has not been done: the request id may be used again, with what is right. */
async function takeBackClaim(
  services: Services,
  { requestId, terminal }: ConfirmInput,
  { request }: OpenedEntry,
): Promise<void> {
  if (request.opening.claim.kind !== "claimed" || requestId === null) return;
  const operation = "confirm_entry";
  await forgetRequest(services.db, { terminal: deviceName(terminal.life), operation, requestId });
}
