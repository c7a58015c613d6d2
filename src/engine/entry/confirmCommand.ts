import type { ConfirmEntry, OfflineConfirmation } from "../../domain/card/confirmation.ts";
import type { GuestCounts, Payment } from "../../domain/card/shapes.ts";
import type { Entry } from "../../domain/card/entry.ts";
import type { CardState } from "../../domain/card/state.ts";
import { isPlaceTaken } from "../../domain/quota/placeTaken.ts";
import type { CompiledRuleset } from "../../domain/ruleset/evaluate/compile.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import { readQuota } from "../budget/read.ts";
import { joinedTo } from "../joinedCards.ts";
import type { Services } from "../services.ts";
import type { EntryInput, OpenedEntry } from "./openEntry.ts";

export interface ConfirmInput extends EntryInput {
  readonly guests: GuestCounts;
  readonly payment: Payment | null;
  /** Where a report tells it. */
  readonly offline?: OfflineConfirmation;
}

/** A confirmation, and all that it is decided on as of now. Of a quote as well, which is one that is not stored. */
export async function confirmCommand(
  services: Services,
  input: ConfirmInput,
  { request, cardId }: OpenedEntry,
  portfolio: Portfolio,
  state: CardState,
  entry: Entry,
): Promise<ConfirmEntry> {
  const joined = await joinedTo(services, cardId, state);
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
    offline: input.offline ?? null,
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

/** The version an entry was granted under: it stays in the portfolio for ever, retired or not. */
function versionOf(
  portfolio: Portfolio,
  entry: Pick<Entry, "rulesetId" | "rulesetVersion">,
): CompiledRuleset {
  const version = portfolio.byId.get(entry.rulesetId)?.find((one) => one.version === entry.rulesetVersion);
  if (version === undefined) {
    throw new Error(`version ${String(entry.rulesetVersion)} of ruleset ${entry.rulesetId} is not known`);
  }
  return version;
}
