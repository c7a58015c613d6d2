import { LOOK_ALIKE } from "../../policies.ts";
import type { CardLimits } from "../../ruleset/evaluate/compile.ts";
import { costOf, guestsOf } from "../../ruleset/evaluate/entitlement.ts";
import type { Adjustment, Visit } from "../../ruleset/evaluate/facts.ts";
import { paidLeft, type Usage, usageIn } from "../../ruleset/evaluate/usage.ts";
import { type Instant, SECOND } from "../../time.ts";
import { type Validity, windowBounds } from "../../window.ts";
import { feeLines, totalOf } from "../guests.ts";
import type { Allocation, GuestCounts } from "../shapes.ts";
import { allocate } from "./allocation.ts";
import type { Around } from "./around.ts";
import { circumstancesAmiss, isOverCap, isWithinCooldown } from "./circumstances.ts";
import { type OfflineEntry, paymentOf, placedAt } from "./entry.ts";
import type { ReportData } from "./events.ts";
import { inOrder, type OfflineFlag } from "./flags.ts";
import type { KeptReport, OfflineChange, OfflineHistory } from "./history.ts";
import { overtakings } from "./overtaken.ts";
import { limitsOf } from "./rules.ts";

/**
 * What the reports of an account come to: a pure function of the set of reports and of what was decided online, whatever
 * came first, and whichever of its cards they were told of. They are placed in the order of (occurredAt, reportId) around the online entries, which never change.
 */

export interface Placement {
  readonly entries: ReadonlyMap<string, OfflineEntry>;
  /** Those that count, in their order. */
  readonly visits: readonly Visit[];
  /** Online entries that would not have been let in as they were, had these been known: by access id, what overtook them. */
  readonly overtaken: ReadonlyMap<string, readonly string[]>;
}

export const NOTHING_PLACED: Placement = { entries: new Map(), visits: [], overtaken: new Map() };

/** The reports of one card of an account. */
export interface ToldOf extends OfflineHistory {
  /** From when on another card stands for this one; null while none does. */
  readonly replacedAt: Instant | null;
}

interface Told extends KeptReport {
  readonly change: OfflineChange | null;
  readonly replacedAt: Instant | null;
}

/** @param cards those of one account: which of them a report stands with says nothing but whose number it was */
export function placeReports(cards: readonly ToldOf[], around: Around): Placement {
  const told = cards
    .flatMap(({ reports, changes, replacedAt }) =>
      [...reports.values()].map((copies): Told => {
        const report = canonical(copies);
        return { ...report, change: changes.get(report.data.accessId) ?? null, replacedAt };
      }),
    )
    .sort(byOccurrence);
  const admitted = told.filter(({ data }) => data.outcome === "ADMITTED");
  const entries = new Map<string, OfflineEntry>();
  const visits: Visit[] = [];
  const counted: KeptReport[] = [];
  for (const report of told) {
    const entry = placed(report, visits, admitted, around);
    entries.set(entry.accessId, entry);
    if (entry.visit === null) continue;
    visits.push(entry.visit);
    counted.push(report);
  }
  const overtaken = overtakings(counted, visits, around);
  const overtaking = new Set([...overtaken.values()].flat());
  for (const accessId of overtaking) {
    const entry = entries.get(accessId);
    if (entry !== undefined)
      entries.set(accessId, { ...entry, flags: inOrder([...entry.flags, "OVERTAKES"]) });
  }
  return { entries, visits, overtaken };
}

/** Of copies that several terminals sent, the one of a terminal that was paired then; then by serial number. */
function canonical(copies: readonly KeptReport[]): KeptReport {
  const [first] = [...copies].sort(
    (a, b) =>
      rank(a.data) - rank(b.data) || compare(a.data.terminal, b.data.terminal) || a.revision - b.revision,
  );
  if (first === undefined) throw new Error("a report has a copy");
  return first;
}

function rank({ circumstances }: ReportData): number {
  return circumstances.terminal === "ACTIVE" ? 0 : 1;
}

function byOccurrence(a: KeptReport, b: KeptReport): number {
  return (
    placedAt(a.data) - placedAt(b.data) ||
    compare(a.data.reportId, b.data.reportId) ||
    // Before the access id, which tells by which card the report was known.
    compare(a.data.terminal, b.data.terminal) ||
    compare(a.data.accessId, b.data.accessId)
  );
}

function placed(
  { change, replacedAt, ...report }: Told,
  before: readonly Visit[],
  admitted: readonly KeptReport[],
  around: Around,
): OfflineEntry {
  const { data } = report;
  const at = placedAt(data);
  const { accessId } = data;
  const facts = { accessId, report, at, change };
  if (data.outcome === "REFUSED") return { ...facts, ...REFUSED };
  const grant = data.grant === null ? null : around.grant(data.grant, data.terminal);
  const status = change?.reversal != null ? "REVERSED" : STATUS_BY_GRANT[grant ?? "NONE"];
  const prior = [...around.online.filter((visit) => visit.at <= at), ...before];
  const { limits, validity } = limitsOf(data.rules);
  const usage = usageFor(data, limits, validity, at, { visits: prior, adjustments: around.adjustments });
  const cost = costOf({ limits }, usage);
  const tier = cost === "PAID" && limits.paid <= 0 ? "FREE" : cost;
  const entitlement = guestsOf({ limits }, usage, tier);
  const { allocation, tooMany } = allocate(entitlement, tier, guestsLeft(data.guests, change));
  const usedUp = cost === "PAID" && paidLeft(limits, usage) <= 0;
  const isOver = data.ruleset !== null && (usedUp || tooMany || usage.hereVisits >= limits.perLocation);
  const flags: readonly (OfflineFlag | null)[] = [
    ...circumstancesAmiss(data),
    replacedAt !== null && at >= replacedAt ? "CARD_REPLACED" : null,
    grant === null ? null : FLAG_BY_GRANT[grant],
    isOverCap(data, at, admitted) ? "CAP_EXCEEDED" : null,
    isWithinCooldown(data, at, prior) ? "IN_COOLDOWN" : null,
    status === "COMPLETED" && looksLikeAnother(report, admitted, around) ? "LOOKS_LIKE_ANOTHER" : null,
    isOver ? "OVER_LIMIT" : null,
  ];
  const priced = { fee: tier === "PAID" ? limits.fee : null, entitlement };
  const due = totalOf(feeLines(priced, allocation));
  return {
    ...facts,
    ...priced,
    status,
    flags: inOrder(flags.filter((flag) => flag !== null)),
    allocation,
    charged: data.payment?.amount ?? due,
    paymentStatus: change?.paymentStatus ?? paymentOf(data.payment, due),
    visit: status === "COMPLETED" ? visitOf(data, at, allocation) : null,
  };
}

/** Nobody was let in: nothing is amiss, and nothing counts. */
const REFUSED = {
  status: "REJECTED",
  flags: [],
  allocation: null,
  entitlement: null,
  fee: null,
  charged: null,
  paymentStatus: "NONE",
  visit: null,
} as const;

/** Told again of a grant that was confirmed, it counts as that was. */
const STATUS_BY_GRANT = { NONE: "COMPLETED", COMPLETED: "CANCELLED", REVERSED: "REVERSED" } as const;
const FLAG_BY_GRANT = { COMPLETED: "CONFIRMED_OTHERWISE", REVERSED: "REVERSED_MEANWHILE" } as const;

function visitOf(
  { accessId, ruleset, location }: ReportData,
  at: Instant,
  allocation: Allocation,
): Visit | null {
  if (location === null) return null;
  return {
    accessId,
    rulesetId: ruleset?.id ?? null,
    locationId: location.id,
    at,
    confirmedAt: at,
    paid: allocation.cardholder === "PAID",
    adults: allocation.adults,
    children: allocation.children,
  };
}

function usageFor(
  { ruleset, location }: ReportData,
  { window }: CardLimits,
  validity: Validity,
  at: number,
  card: { readonly visits: readonly Visit[]; readonly adjustments: readonly Adjustment[] },
): Usage {
  return usageIn(card, ruleset?.id ?? "", location?.id ?? null, windowBounds(window, at, validity));
}

function guestsLeft(guests: GuestCounts, change: OfflineChange | null): GuestCounts {
  return (change?.corrections ?? []).reduce(
    (left, { removed }) => ({
      adults: left.adults - removed.adults,
      children: left.children - removed.children,
      freeChildren: left.freeChildren - removed.freeChildren,
    }),
    guests,
  );
}

/** Told twice under two ids, or confirmed online as well. */
function looksLikeAnother(
  { data }: KeptReport,
  admitted: readonly KeptReport[],
  { online }: Around,
): boolean {
  const at = placedAt(data);
  const locationId = data.location?.id;
  const isClose = (other: number, uncertaintySeconds: number): boolean =>
    Math.abs(other - at) <= LOOK_ALIKE + (data.uncertaintySeconds + uncertaintySeconds) * SECOND;
  return (
    admitted.some(
      ({ data: other }) =>
        other.accessId !== data.accessId &&
        other.location?.id === locationId &&
        isClose(placedAt(other), other.uncertaintySeconds),
    ) || online.some((visit) => visit.locationId === locationId && isClose(visit.at, 0))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
