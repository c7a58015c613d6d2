import { card } from "../../../src/domain/card/card.ts";
import type { CardEvent } from "../../../src/domain/card/events.ts";
import { placeAccount } from "../../../src/domain/card/offline/account.ts";
import type { OfflineEntry } from "../../../src/domain/card/offline/entry.ts";
import { limitsOf } from "../../../src/domain/card/offline/rules.ts";
import type { CardState } from "../../../src/domain/card/state.ts";
import { windowBounds } from "../../../src/domain/window.ts";
import { every, last, type Read, type ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

/**
 * Rows of entries that terminals let in by themselves. What a card's reports come to is its decider's fold, over the whole
 * stream; all else is told from the events themselves.
 */

export const NOT_OFFLINE = {
  offline: null,
  report_id: null,
  card_flags: [],
  reviewed_flags: [],
  review: null,
  waits: false,
  overtaken_by: [],
  cap_max: null,
  budget_max: null,
  budget_from: null,
  budget_to: null,
} as const;

const DAY_MS = 86_400_000;

type Events = readonly Read<CardEvent>[];

/** Cards whose reports, or those of another card of their account, come to something. */
export function placedCards({ cards }: ReadLog): ReadonlyMap<string, CardState> {
  const states = new Map([...cards].map(([cardId, events]) => [cardId, foldOf(events)]));
  const placed = new Map<string, CardState>();
  for (const cardId of states.keys()) {
    if (placed.has(cardId)) continue;
    const account = accountOf(cardId, states);
    if (!account.some((id) => last(cards.get(id) ?? [], "OfflineEntryReported") !== undefined)) continue;
    placeAccount(account.map((id) => states.get(id) ?? card.initial)).forEach((state, index) =>
      placed.set(account[index] ?? "", state),
    );
  }
  return placed;
}

/** Cards that name each other, directly or through others. */
function accountOf(cardId: string, states: ReadonlyMap<string, CardState>): readonly string[] {
  const isPair = (into: string, from: string): boolean =>
    states.get(from)?.joinedInto === into && states.get(into)?.joined.includes(from) === true;
  const account = [cardId];
  for (const one of account) {
    for (const other of states.keys()) {
      if (!account.includes(other) && (isPair(one, other) || isPair(other, one))) account.push(other);
    }
  }
  return account.sort();
}

function foldOf(events: Events): CardState {
  return events.reduce<CardState>((state, { event }) => card.evolve(state, event), card.initial);
}

/** What the reports of all cards come to. */
export function placedOf(log: ReadLog): readonly (readonly [cardId: string, entry: OfflineEntry])[] {
  return [...placedCards(log)].flatMap(([cardId, { placed }]) =>
    [...placed.entries.values()].map((entry) => [cardId, entry] as const),
  );
}

/** Online entries, with what was reported later in them. */
export function overtakenColumns(log: ReadLog, rows: readonly Row[]): readonly Row[] {
  const overtaken = new Map<string, readonly string[]>();
  for (const { placed } of placedCards(log).values()) {
    for (const [accessId, by] of placed.overtaken) overtaken.set(accessId, by);
  }
  return rows.map((row) => {
    const by = overtaken.get(String(row["access_id"])) ?? [];
    if (by.length === 0) return row;
    const own = Array.isArray(row["flags"]) ? row["flags"].map(String) : [];
    return { ...row, overtaken_by: by, flags: [...own, "OVERTAKEN"] };
  });
}

/** @param online the rows of all that was decided online: a budget is shared with them */
export function offlineOperations(log: ReadLog, online: readonly Row[]): readonly Row[] {
  const states = placedCards(log);
  const overtaken = new Map([...states.values()].flatMap(({ placed }) => [...placed.overtaken]));
  const told = placedOf(log).map(([cardId, entry]) =>
    toldOf(cardId, log.cards.get(cardId) ?? [], overtaken, entry),
  );
  const budgeted = [
    ...told.flatMap(({ entry }) =>
      entry.status === "COMPLETED"
        ? [{ rulesetId: entry.report.data.ruleset?.id, at: entry.at, accessId: entry.accessId }]
        : [],
    ),
    ...online.flatMap((row) =>
      row["status"] === "COMPLETED" && row["at"] instanceof Date
        ? [
            {
              rulesetId: String(row["ruleset_id"]),
              at: row["at"].getTime(),
              accessId: String(row["access_id"]),
            },
          ]
        : [],
    ),
  ];
  return told.map((one) => {
    const cardFlags: readonly string[] = one.entry.flags;
    const capped = isOverCap(one, told) && !cardFlags.includes("CAP_EXCEEDED") ? ["CAP_EXCEEDED"] : [];
    const flags = [...cardFlags, ...capped, ...(isOverBudget(one, budgeted) ? ["BUDGET_EXCEEDED"] : [])];
    const seen = one.entry.change?.review?.flags ?? [];
    return { ...one.row, flags, waits: flags.some((flag) => !seen.includes(flag)) };
  });
}

interface Told {
  readonly row: Row;
  readonly entry: OfflineEntry;
}

/** Before it, the terminal had let in as many by the same ruleset as it may within 24 hours. */
function isOverCap({ entry }: Told, all: readonly Told[]): boolean {
  const { data } = entry.report;
  const most = data.rules?.offline?.perTerminalAndDay ?? null;
  if (most === null || data.outcome === "REFUSED") return false;
  const before = all.filter(({ entry: other }) => {
    const { data: theirs } = other.report;
    const isSameCap = theirs.terminal === data.terminal && theirs.ruleset?.id === data.ruleset?.id;
    return (
      isSameCap &&
      theirs.outcome === "ADMITTED" &&
      other.at > entry.at - DAY_MS &&
      isBefore([other.at, theirs.reportId, other.accessId], [entry.at, data.reportId, entry.accessId])
    );
  });
  return before.length >= most;
}

function isOverBudget(
  { entry: { report, status, at, accessId } }: Told,
  all: readonly { readonly rulesetId: string | undefined; readonly at: number; readonly accessId: string }[],
): boolean {
  const { rules, ruleset } = report.data;
  if (rules === null || rules.totalUsage === null || status !== "COMPLETED") return false;
  const { from, to } = windowBounds(rules.totalUsage.window, at, limitsOf(rules).validity);
  const upToIt = all.filter(
    (other) =>
      other.rulesetId === ruleset?.id &&
      other.at >= from &&
      other.at < to &&
      !isBefore([at, accessId], [other.at, other.accessId]),
  );
  return upToIt.length > rules.totalUsage.max;
}

function isBefore(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  for (const [place, ours] of a.entries()) {
    const theirs = b[place];
    if (theirs === undefined || ours === theirs) continue;
    return ours < theirs;
  }
  return false;
}

function toldOf(
  cardId: string,
  events: Events,
  overtaken: CardState["placed"]["overtaken"],
  entry: OfflineEntry,
): Told {
  const { accessId, report, at, allocation, change } = entry;
  const { data } = report;
  const own = events.filter(({ event }) => "accessId" in event.data && event.data.accessId === accessId);
  const copies = every(own, "OfflineEntryReported").map(({ event }) => event.data);
  const admitted = data.outcome === "ADMITTED";
  const { location, issuer, ruleset, rules } = data;
  const budget = admitted ? (rules?.totalUsage ?? null) : null;
  const bounds =
    budget === null || rules === null ? null : windowBounds(budget.window, at, limitsOf(rules).validity);
  const row = {
    access_id: accessId,
    stream: `card-${cardId}`,
    decided_revision: report.revision,
    revision: own.at(-1)?.revision ?? null,
    request_id: null,
    card_id: cardId,
    terminal: data.terminal,
    merchant_id: location === null ? null : location.merchantId,
    location_id: location === null ? null : location.id,
    location_name: location === null ? null : location.name,
    country: location === null ? null : location.country,
    service: location === null ? null : location.service,
    type: data.mode === "WHITELIST" ? "OFFLINE_WHITELIST" : "OFFLINE_BIN_RANGE",
    status: entry.status,
    code: null,
    at: new Date(at),
    expires_at: null,
    confirmed_at: admitted ? new Date(at) : null,
    last_change_at: new Date(Math.max(...own.map(({ event }) => Date.parse(event.data.at)))),
    entry_mode: data.entryMode,
    ica: issuer === null ? null : issuer.ica,
    ica_name: issuer === null ? null : issuer.issuerName,
    product_code: issuer === null ? null : issuer.productCode,
    issuer_country: issuer === null ? null : issuer.country,
    ruleset_id: ruleset === null ? null : ruleset.id,
    ruleset_name: ruleset === null ? null : ruleset.name,
    ruleset_version: ruleset === null ? null : ruleset.version,
    cost: allocation?.cardholder ?? null,
    adults_free: allocation?.adults.free ?? 0,
    adults_paid: allocation?.adults.paid ?? 0,
    children_free: allocation?.children.free ?? 0,
    children_paid: allocation?.children.paid ?? 0,
    free_children: allocation?.freeChildren ?? 0,
    charged_amount: entry.charged?.amount ?? null,
    charged_currency: entry.charged?.currency ?? null,
    payment_status: entry.paymentStatus,
    card_auth_response_code: null,
    cancel_reason: null,
    trust: data.trust,
    reversal: change?.reversal ?? null,
    corrections: change?.corrections ?? [],
    card_flags: entry.flags,
    reviewed_flags: change?.review?.flags ?? [],
    review: change?.review?.decision ?? null,
    overtaken_by: [],
    report_id: data.reportId,
    offline: {
      number: data.number,
      mode: data.mode,
      occurredAt: data.occurredAt,
      uncertaintySeconds: data.uncertaintySeconds,
      listVersion: data.listVersion,
      refusal: data.refusal,
      grant: data.grant,
      circumstances: data.circumstances,
      reportedAt: data.at,
      terminals: [...new Set(copies.map(({ terminal }) => terminal))].sort(),
      overtakes: [...overtaken].flatMap(([online, by]) => (by.includes(accessId) ? [online] : [])),
      review: change?.review ?? null,
    },
    cap_max: admitted ? (rules?.offline?.perTerminalAndDay ?? null) : null,
    budget_max: budget?.max ?? null,
    budget_from: instantOrNull(bounds?.from),
    budget_to: instantOrNull(bounds?.to),
  };
  return { row, entry };
}

function instantOrNull(at: number | undefined): Date | null {
  return at === undefined || !Number.isFinite(at) ? null : new Date(at);
}
