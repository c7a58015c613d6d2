import { confirmEntry } from "../../domain/card/confirm.ts";
import type { Allocation, GuestCounts } from "../../domain/card/shapes.ts";
import { feeLines } from "../../domain/card/guests.ts";
import type { Availability } from "../../domain/ruleset/verdict.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { TerminalAuthenticator } from "../terminals/authenticate.ts";
import { confirmCommand } from "./confirmCommand.ts";
import { type EntryInput, type FindCard, openEntry, ownEntry } from "./openEntry.ts";
import { entryNotFound, refusedEntry } from "./refusals.ts";

/** What a confirmation would come to. */
export interface Quoted {
  readonly kind: "quoted";
  readonly accessId: string;
  readonly allocation: Allocation;
  readonly fees: ReturnType<typeof feeLines>;
  readonly remaining: Availability;
}

/** What a confirmation with these guests would come to; changes nothing. */
export async function quoteEntry(
  services: Services,
  authenticator: TerminalAuthenticator,
  findCard: FindCard,
  input: EntryInput & { readonly guests: GuestCounts },
): Promise<Quoted | Problem> {
  const opened = await openEntry(services, authenticator, findCard, input, "quote_entry", null);
  if (opened.kind === "problem") return opened;
  const { request, stream } = opened;
  const { state } = await services.streams.card.refresh(stream);
  const entry = ownEntry(state, input);
  if (entry === undefined) return entryNotFound();
  if (entry.status === "COMPLETED" || entry.status === "REVERSED") return problem("ENTRY_COMPLETED");
  const { portfolio } = await services.rulesets.at(request.opening.rulesets);
  const asked = { ...input, payment: null };
  const command = await confirmCommand(services, asked, opened, portfolio, state, entry);
  const decision = confirmEntry(state, command);
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
