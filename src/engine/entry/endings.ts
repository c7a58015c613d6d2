import { card as cardDecider, type CardRefusal } from "../../domain/card/card.ts";
import { confirmEntry as decideConfirm } from "../../domain/card/confirm.ts";
import type { ConfirmEntry } from "../../domain/card/confirmation.ts";
import {
  type Allocation,
  cardStream,
  type CardEvent,
  type EntryCancelled,
  type EntryConfirmed,
  type GuestCounts,
  type Payment,
  type PaymentRecorded,
} from "../../domain/card/events.ts";
import { feeLines } from "../../domain/card/guests.ts";
import type { CardState, ConfirmedEntry, Entry } from "../../domain/card/state.ts";
import { refuse } from "../../domain/decider.ts";
import { deviceName, isOfThisDevice } from "../../domain/terminal/terminal.ts";
import type { CompiledRuleset } from "../../domain/ruleset/evaluate/compile.ts";
import { isPlaceTaken } from "../../domain/quota/placeTaken.ts";
import type { Availability } from "../../domain/ruleset/verdict.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import { requestFingerprint, sameHash } from "../../vault/hashing.ts";
import { forgetRequest } from "../gate/register.ts";
import { type Problem, problem } from "../problem.ts";
import { ContendedError, type Execution } from "../executor.ts";
import { joinedTo } from "../joinedCards.ts";
import { commitPlace } from "../budget/commit.ts";
import { readQuota } from "../budget/read.ts";
import { releasePlace } from "../budget/release.ts";
import { reclaimPlace } from "../budget/reserve.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import type { AuthenticatedTerminal, TerminalAuthenticator } from "../terminals/authenticate.ts";
import { type Asker, openPosRequest, type PosRequest, terminalMeta } from "./request.ts";

/** What a terminal does with an entry it was granted: confirm, cancel, ask what it would cost. */

export interface EntryInput extends Asker {
  readonly terminal: AuthenticatedTerminal;
  readonly requestId: string | null;
  readonly accessId: string;
}

export interface Confirmed {
  readonly kind: "confirmed";
  readonly stored: Stored<EntryConfirmed>;
  /** The payment that the terminal told after the confirmation, if that is what it asks about. */
  readonly paid: Stored<PaymentRecorded> | null;
}

export interface Cancelled {
  readonly kind: "cancelled";
  readonly stored: Stored<EntryCancelled>;
}

/** What a confirmation would come to. */
export interface Quoted {
  readonly kind: "quoted";
  readonly accessId: string;
  readonly allocation: Allocation;
  readonly fees: ReturnType<typeof feeLines>;
  readonly remaining: Availability;
}

/** Finds the card of an access id whose register row was lost in a crash: the read model knows it, a moment later. */
export type FindCard = (accessId: string) => Promise<string | null | Problem>;

/** How often a confirmation that was stored already is looked at again: once is enough, unless the log says otherwise. */
const MOST_REPEATS = 5;

interface Opened {
  readonly kind: "opened";
  readonly request: PosRequest;
  readonly cardId: string;
}

async function openEntryRequest(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput,
  operation: string,
  content: unknown,
): Promise<Opened | Problem> {
  const terminal = deviceName(input.terminal.life);
  const fingerprint = requestFingerprint(services.keyring, [input.accessId, content]);
  const { requestId } = input;
  const request = await openPosRequest(services, authenticator, input.terminal, {
    request: requestId === null ? null : { terminal, operation, requestId, fingerprint },
    accessId: input.accessId,
    card: null,
  });
  if (request.kind === "problem") return request;
  const { claim } = request.opening;
  if (claim.kind === "known" && !sameHash(claim.fingerprint, fingerprint))
    return problem("REQUEST_ID_REUSED");
  const cardId = request.opening.cardId ?? (await findCard(input.accessId));
  if (cardId === null) return entryNotFound();
  return typeof cardId === "string" ? { kind: "opened", request, cardId } : cardId;
}

export async function confirmEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput & { readonly guests: GuestCounts; readonly payment: Payment | null },
): Promise<Confirmed | Problem> {
  const { guests, payment } = input;
  const opened = await openEntryRequest(services, authenticator, findCard, input, "confirm_entry", [
    guests,
    payment,
  ]);
  if (opened.kind === "problem") return opened;
  const { request, cardId } = opened;
  const { portfolio } = await services.catalogue.at(request.opening.rulesets);
  const stream = cardStream(cardId);
  const meta = metaOf(services, input, "confirm_entry");
  const execution: Execution<CardState, CardEvent, CardRefusal> = {
    stream,
    meta,
    decide: async (state) => {
      const entry = ownEntry(state, input);
      if (entry === undefined) return refuse<CardRefusal>({ code: "ENTRY_NOT_FOUND" });
      const joined = await joinedTo(services, cardId, state);
      const command = await confirmCommand(services, input, request, portfolio, entry, joined);
      const decision = cardDecider.decide(state, { type: "ConfirmEntry", ...command });
      const isLate = decision.kind === "accepted" && entry.status === "EXPIRED";
      if (isLate && portfolio.keepsQuota(entry.rulesetId)) {
        const place = { accessId: entry.accessId, cardId, now: request.now, meta };
        await reclaimPlace(services, entry.rulesetId, place, entry.at);
      }
      return decision;
    },
  };
  let result = await services.executor.execute(services.streams.card, execution);
  // Another instance had confirmed it, and this one did not know: whether that was with the same guests, and whether this
  // payment is known, is decided on what it stored.
  for (let tries = 0; result.kind === "done" && result.repeated; tries++) {
    if (tries === MOST_REPEATS) throw new ContendedError(`${stream} does not say what was confirmed`);
    result = await services.executor.execute(services.streams.card, execution);
  }
  if (result.kind === "refused") {
    if (isInvalid(result.refusal)) await takeBackClaim(services, request, input, "confirm_entry");
    return refusedEntry(result.refusal);
  }
  const entry = result.folded.state.entries.get(input.accessId);
  if (entry?.status !== "COMPLETED" && entry?.status !== "REVERSED")
    throw new Error("a confirmed entry is completed");
  if (entry.status === "COMPLETED" && portfolio.keepsQuota(entry.rulesetId)) {
    const place = { accessId: entry.accessId, cardId, now: request.now, meta };
    await commitPlace(services, entry.rulesetId, place, entry.at);
  }
  const stored = await eventOf(services, stream, result.stored, entry.confirmRevision);
  if (stored.event.type !== "EntryConfirmed") throw new Error("the revision of a confirmation holds one");
  const paid = payment === null ? null : await paymentOf(services, stream, result.stored, entry);
  return { kind: "confirmed", stored: { ...stored, event: stored.event }, paid };
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

/** Whether it was asked wrongly, and not of the wrong entry. */
function isInvalid({ code }: CardRefusal): boolean {
  switch (code) {
    case "TOO_MANY_GUESTS":
    case "FREE_CHILDREN_NOT_ALLOWED":
    case "PAYMENT_AMOUNT_MISMATCH":
      return true;
    case "ENTRY_NOT_FOUND":
    case "ENTRY_CANCELLED":
    case "ENTRY_EXPIRED":
    case "ENTRY_COMPLETED":
    case "CONFIRMED_DIFFERENTLY":
    case "REVERSAL_TOO_LATE":
    case "NOT_COMPLETED":
      return false;
  }
}

/** What is refused as invalid has not been done: the request id may be used again, with what is right. */
async function takeBackClaim(
  services: Services,
  { opening }: PosRequest,
  { requestId, terminal }: EntryInput,
  operation: string,
): Promise<void> {
  if (opening.claim.kind !== "claimed" || requestId === null) return;
  await forgetRequest(services.db, { terminal: deviceName(terminal.life), operation, requestId });
}

async function confirmCommand(
  services: Services,
  input: EntryInput & { readonly guests: GuestCounts; readonly payment: Payment | null },
  request: PosRequest,
  portfolio: Portfolio,
  entry: Entry,
  joined: readonly CardState[],
): Promise<ConfirmEntry> {
  const grantedUnder = versionOf(portfolio, entry);
  return {
    accessId: input.accessId,
    requestId: input.requestId,
    now: request.now,
    terminal: input.terminal.life.serialNumber,
    guests: input.guests,
    payment: input.payment,
    grantedUnder,
    inForce: portfolio.inForce(entry.rulesetId, request.now),
    joined,
    budgetTaken: await budgetTaken(services, grantedUnder, entry),
  };
}

/** The grant's place was given back, and others have used the budget up. */
async function budgetTaken(services: Services, ruleset: CompiledRuleset, entry: Entry): Promise<boolean> {
  if (ruleset.budget === null) return false;
  const { state } = await readQuota(services, ruleset.id);
  // A confirmation that died on its way may have taken a place again already.
  if (state.open.has(entry.accessId) && entry.status !== "EXPIRED") return false;
  return isPlaceTaken(state, entry.accessId, entry.at, ruleset);
}

export async function cancelEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput & { readonly reason: string | null },
): Promise<Cancelled | Problem> {
  const opened = await openEntryRequest(
    services,
    authenticator,
    findCard,
    input,
    "cancel_entry",
    input.reason,
  );
  if (opened.kind === "problem") return opened;
  const { request, cardId } = opened;
  const { accessId, requestId, reason } = input;
  const stream = cardStream(cardId);
  const meta = metaOf(services, input, "cancel_entry");
  const result = await services.executor.execute(services.streams.card, {
    stream,
    meta,
    decide: (state) =>
      ownEntry(state, input) === undefined
        ? refuse<CardRefusal>({ code: "ENTRY_NOT_FOUND" })
        : cardDecider.decide(state, {
            type: "CancelEntry",
            accessId,
            requestId,
            now: request.now,
            terminal: input.terminal.life.serialNumber,
            reason,
          }),
  });
  if (result.kind === "refused") return refusedEntry(result.refusal);
  const entry = result.folded.state.entries.get(accessId);
  if (entry?.status !== "CANCELLED") throw new Error("a cancelled entry is cancelled");
  const { portfolio } = await services.catalogue.at(request.opening.rulesets);
  if (portfolio.keepsQuota(entry.rulesetId)) {
    const place = { accessId, cardId, now: request.now, meta };
    await releasePlace(services, entry.rulesetId, place, "CANCELLED", entry.at);
  }
  const stored = await eventOf(services, stream, result.stored, entry.endRevision);
  if (stored.event.type !== "EntryCancelled") throw new Error("the revision of a cancellation holds one");
  return { kind: "cancelled", stored: { ...stored, event: stored.event } };
}

/** What a confirmation with these guests would come to; changes nothing. */
export async function quoteEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput & { readonly guests: GuestCounts },
): Promise<Quoted | Problem> {
  const opened = await openEntryRequest(services, authenticator, findCard, input, "quote_entry", null);
  if (opened.kind === "problem") return opened;
  const { request, cardId } = opened;
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  const entry = ownEntry(state, input);
  if (entry === undefined) return entryNotFound();
  if (isDone(entry)) return problem("ENTRY_COMPLETED");
  const { portfolio } = await services.catalogue.at(request.opening.rulesets);
  const joined = await joinedTo(services, cardId, state);
  const asked = { ...input, payment: null };
  const command = await confirmCommand(services, asked, request, portfolio, entry, joined);
  const decision = decideConfirm(state, command);
  if (decision.kind === "refused") return refusedEntry(decision.refusal);
  const confirmed = decision.events.find((event) => event.type === "EntryConfirmed");
  if (confirmed?.type !== "EntryConfirmed") throw new Error("an open entry can be confirmed");
  const { allocation, remaining } = confirmed.data;
  return {
    kind: "quoted",
    accessId: input.accessId,
    allocation,
    fees: feeLines(entry, allocation),
    remaining,
  };
}

/** The entry, if it was granted at this very device. */
function ownEntry(state: CardState, { accessId, terminal: { life } }: EntryInput): Entry | undefined {
  const entry = state.entries.get(accessId);
  const isOwn = entry?.terminal === life.serialNumber && isOfThisDevice(life, entry.at);
  return isOwn ? entry : undefined;
}

function isDone(entry: Entry): boolean {
  return entry.status === "COMPLETED" || entry.status === "REVERSED";
}

/** The version an entry was granted under: it stays in the portfolio for ever, retired or not. */
export function versionOf(
  portfolio: Portfolio,
  entry: Pick<Entry, "rulesetId" | "rulesetVersion">,
): CompiledRuleset {
  const version = portfolio.byId.get(entry.rulesetId)?.find((one) => one.version === entry.rulesetVersion);
  if (version === undefined) {
    throw new Error(`version ${String(entry.rulesetVersion)} of ruleset ${entry.rulesetId} is not known`);
  }
  return version;
}

async function eventOf(
  services: Services,
  stream: string,
  stored: readonly Stored<CardEvent>[],
  revision: number,
): Promise<Stored<CardEvent>> {
  const found =
    stored.find((one) => one.revision === revision) ??
    (await services.streams.card.eventAt(stream, revision));
  if (found === null) throw new Error(`${stream} has no revision ${String(revision)}`);
  return found;
}

function metaOf(services: Services, input: EntryInput, operation: string) {
  return terminalMeta(services, input.terminal.life.serialNumber, input, {
    caller: "card",
    operation,
    requestId: input.accessId,
  });
}

function entryNotFound(): Problem {
  return problem("NOT_FOUND", "This terminal has no entry of that accessId.");
}

/** Refusals of the card's commands as a terminal or the panel gets them. */
export function refusedEntry(refusal: CardRefusal): Problem {
  switch (refusal.code) {
    case "ENTRY_NOT_FOUND":
      return entryNotFound();
    case "ENTRY_CANCELLED":
    case "ENTRY_EXPIRED":
    case "ENTRY_COMPLETED":
    case "CONFIRMED_DIFFERENTLY":
    case "REVERSAL_TOO_LATE":
      return problem(refusal.code);
    case "NOT_COMPLETED":
      return problem("NOT_COMPLETED", `The entry is ${refusal.status}.`);
    case "TOO_MANY_GUESTS":
    case "FREE_CHILDREN_NOT_ALLOWED":
      return problem(refusal.code, undefined, { errors: refusal.problems });
    case "PAYMENT_AMOUNT_MISMATCH": {
      const due = refusal.due === null ? "nothing" : `${refusal.due.amount} ${refusal.due.currency}`;
      const message = `${due} is due`;
      return problem("PAYMENT_AMOUNT_MISMATCH", undefined, {
        errors: [{ pointer: "/payment/amount", message }],
      });
    }
  }
}
