import { cardStream } from "../../domain/card/events.ts";
import { isOpen } from "../../domain/card/charge/charge.ts";
import type { ConfirmedEntry } from "../../domain/card/entry.ts";
import { stillCharged } from "../../domain/card/guests.ts";
import type { CommandLife } from "../../domain/command/life.ts";
import { type Money, toMinor } from "../../domain/money.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { isOfThisDevice, type TerminalLife } from "../../domain/terminal/life.ts";
import { confirmOpened } from "../entry/confirm.ts";
import type { FindCard, OpenedEntry } from "../entry/openEntry.ts";
import { terminalMeta } from "../entry/request.ts";
import { invalid, type Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { cardOfAttempt } from "../vaultCards.ts";

/** A sale may take an entry's fee: then the entry is told so, as the terminal tells it by confirming a second time. */

interface Found {
  readonly kind: "found";
  readonly cardId: string;
  readonly entry: ConfirmedEntry;
}

const POINTER = "/access_id";

async function confirmedEntry(
  services: Services,
  findCard: FindCard,
  life: TerminalLife,
  accessId: string,
): Promise<Found | Problem> {
  const cardId = (await cardOfAttempt(services, accessId)) ?? (await findCard(accessId));
  if (cardId !== null && typeof cardId !== "string") return cardId;
  const state = cardId === null ? null : (await services.streams.card.refresh(cardStream(cardId))).state;
  const entry = state?.entries.get(accessId);
  const isOwn = entry?.terminal === life.serialNumber && isOfThisDevice(life, entry.at);
  if (cardId === null || entry === undefined || !isOwn)
    return invalid(POINTER, "this device has no such entry");
  if (entry.status !== "COMPLETED" && entry.status !== "REVERSED")
    return invalid(POINTER, "the entry is not confirmed");
  return { kind: "found", cardId, entry };
}

/** Null where this amount is what the entry costs, and nobody has paid it. */
export async function feeProblem(
  services: Services,
  findCard: FindCard,
  life: TerminalLife,
  { accessId, amount }: { readonly accessId: string; readonly amount: Money },
): Promise<Problem | null> {
  const found = await confirmedEntry(services, findCard, life, accessId);
  if (found.kind === "problem") return found;
  const { entry } = found;
  const due = entry.status === "REVERSED" ? null : stillCharged(entry);
  if (due === null) return invalid(POINTER, "nothing is due for the entry");
  if (entry.payment !== null) return invalid(POINTER, "the entry is paid");
  if (entry.charge !== null && (isOpen(entry.charge) || entry.charge.state === "CHARGED"))
    return invalid(POINTER, "the acquirer charges the entry");
  const isDue = due.currency === amount.currency && toMinor(due) === toMinor(amount);
  return isDue ? null : invalid("/amount", "it is not the amount that is due for the entry");
}

/**
 * Writes down that a sale has paid its entry. Told again it does so once. What the entry can't take any more, since it was
 * reversed or paid otherwise meanwhile, is logged: the sale itself has its own history.
 */
export async function recordPayment(
  services: Services,
  findCard: FindCard,
  sale: CommandLife,
): Promise<void> {
  const { transfer, serialNumber, id } = sale;
  const accessId = transfer?.accessId ?? null;
  if (transfer === null || accessId === null) return;
  const folded = await services.streams.terminal.refresh(terminalStream(serialNumber));
  if (folded.state === null) return;
  const found = await confirmedEntry(services, findCard, folded.state, accessId);
  if (found.kind === "problem") {
    services.logger.warn(
      { transfer: id, accessId, code: found.code },
      "a sale paid an entry that is not there",
    );
    return;
  }
  const { cardId, entry } = found;
  const terminal = {
    kind: "authenticated" as const,
    life: folded.state,
    revision: folded.revision,
    shown: { token: "", certificate: null },
    credentialId: "",
  };
  const asker = { traceId: id, terminal, requestId: null, accessId };
  const opening = await services.gate.open({ streams: [], request: null, accessId, card: null });
  const meta = terminalMeta(services, serialNumber, asker, {
    caller: "card",
    operation: "confirm_entry",
    requestId: accessId,
  });
  const opened: OpenedEntry = {
    kind: "opened",
    request: {
      kind: "request",
      ...{ terminal, location: null, opening, now: services.now() + opening.clockOffset },
    },
    cardId,
    stream: cardStream(cardId),
    meta,
  };
  const payment = { collectedBy: "TERMINAL" as const, reference: id, amount: transfer.amount };
  const done = await confirmOpened(services, { ...asker, guests: entry.guests, payment }, opened);
  if (done.kind === "refused")
    services.logger.warn(
      { transfer: id, accessId, code: done.refusal.code },
      "a sale could not pay its entry",
    );
}
