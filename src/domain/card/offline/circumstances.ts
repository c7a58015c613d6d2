import { CAP_COUNTS_FOR, REPORT_TOLERANCE } from "../../policies.ts";
import type { Visit } from "../../ruleset/evaluate/facts.ts";
import { instant, MINUTE, SECOND } from "../../time.ts";
import { placedAt } from "./entry.ts";
import type { ReportData } from "./events.ts";
import type { OfflineFlag } from "./flags.ts";
import type { KeptReport } from "./history.ts";

/** What is wrong with a report by itself, whatever else the card did. */
export function circumstancesAmiss(data: ReportData): readonly OfflineFlag[] {
  const { circumstances, location, ruleset } = data;
  const amiss: readonly (OfflineFlag | null)[] = [
    circumstances.cardKnown ? null : "UNKNOWN_CARD",
    ruleset === null ? "NO_RULE" : null,
    standing(data),
    location?.offlineAllowed === true ? null : "PLACE_SWITCHED_OFF",
    isInFuture(data) ? "IN_FUTURE" : null,
    listAmiss(data),
  ];
  return amiss.filter((flag) => flag !== null);
}

function standing({ circumstances }: ReportData): OfflineFlag | null {
  switch (circumstances.terminal) {
    case "ACTIVE":
      return null;
    case "NOT_PAIRED":
      return "BEFORE_PAIRING";
    case "SUSPENDED":
      return "TERMINAL_SUSPENDED";
    case "REVOKED":
      return "TERMINAL_REVOKED";
  }
}

function isInFuture({ occurredAt, uncertaintySeconds, at }: ReportData): boolean {
  return instant(occurredAt) - uncertaintySeconds * SECOND > instant(at) + REPORT_TOLERANCE;
}

/** The time that it tells may be off: it has run out only where even the earliest is too late. */
function listAmiss({ circumstances, occurredAt, uncertaintySeconds }: ReportData): OfflineFlag | null {
  const { listSent, listValidUntil } = circumstances;
  if (listSent !== true) return "LIST_NEVER_SENT";
  const earliest = instant(occurredAt) - uncertaintySeconds * SECOND;
  return listValidUntil !== null && earliest >= instant(listValidUntil) ? "LIST_EXPIRED" : null;
}

/**
 * More than the ruleset lets this terminal decide of one card within 24 hours, or more guests at one entry. What all cards
 * together may do at one terminal is looked at where all of them are known.
 */
export function isOverCap(
  { accessId, terminal, rules, guests, reportId }: ReportData,
  at: number,
  admitted: readonly KeptReport[],
): boolean {
  const offline = rules?.offline ?? null;
  if (offline === null) return false;
  if (guests.adults + guests.children > offline.maxGuests) return true;
  if (offline.perCardAndDay === null) return false;
  const before = admitted.filter(({ data }) => {
    const then = placedAt(data);
    const isEarlier = then < at || (then === at && data.reportId < reportId);
    return (
      data.accessId !== accessId && data.terminal === terminal && isEarlier && then > at - CAP_COUNTS_FOR
    );
  });
  return before.length >= offline.perCardAndDay;
}

/** The card had been at the place, and its cooldown was not over. */
export function isWithinCooldown({ location }: ReportData, at: number, prior: readonly Visit[]): boolean {
  if (location === null || location.cooldownMinutes === null) return false;
  const since = at - location.cooldownMinutes * MINUTE;
  return prior.some(
    ({ locationId, confirmedAt }) => locationId === location.id && confirmedAt > since && confirmedAt <= at,
  );
}
