import type { TerminalStanding } from "../card/offline/events.ts";
import { DAY, type Instant, instant } from "../time.ts";
import type { ListKind } from "./events.ts";
import type { TerminalStatus } from "./status.ts";

/** What a terminal was at some time: reports tell of what is long past. */

/** From then on. Oldest first. */
export interface PastStanding {
  readonly at: Instant;
  readonly status: TerminalStatus;
  readonly locationId: string | null;
}

export interface SentList {
  readonly list: ListKind;
  readonly version: string;
  readonly at: Instant;
  readonly validUntil: Instant;
}

/** How long it is remembered which lists were sent. */
const LISTS_REMEMBERED = 400 * DAY;

export function withStanding(past: readonly PastStanding[], now: PastStanding): readonly PastStanding[] {
  const last = past.at(-1);
  return last?.status === now.status && last.locationId === now.locationId ? past : [...past, now];
}

export function withList(lists: readonly SentList[], sent: SentList): readonly SentList[] {
  return [...lists.filter(({ at }) => at > sent.at - LISTS_REMEMBERED), sent];
}

/** Where it stood and what was known of it. Of the time before it was registered: where it stood first. */
export function standingAt(
  past: readonly PastStanding[],
  at: Instant,
): { readonly standing: TerminalStanding; readonly locationId: string | null } {
  const until = past.filter((one) => one.at <= at);
  const then = until.at(-1);
  if (then === undefined) return { standing: "NOT_PAIRED", locationId: past[0]?.locationId ?? null };
  return { standing: standingOf(then, until), locationId: then.locationId };
}

function standingOf({ status }: PastStanding, until: readonly PastStanding[]): TerminalStanding {
  switch (status) {
    case "ACTIVE":
    case "SUSPENDED":
    case "REVOKED":
      return status;
    case "REGISTERED":
    case "CLAIMED":
    case "ATTESTED":
      // It was paired before, and its key was taken back.
      return until.some((one) => one.status === "ACTIVE") ? "REVOKED" : "NOT_PAIRED";
  }
}

/** Whether a version of a list was sent before then, and until when what was sent counted. */
export function listAt(
  lists: readonly SentList[],
  version: string,
  at: Instant,
): { readonly sent: boolean; readonly validUntil: Instant | null } {
  const sent = lists.filter((one) => one.version === version && one.at <= at);
  return {
    sent: sent.length > 0,
    validUntil: sent.length === 0 ? null : Math.max(...sent.map((one) => one.validUntil)),
  };
}

export function sentList(data: {
  readonly list: ListKind;
  readonly version: string;
  readonly at: string;
  readonly validUntil: string;
}): SentList {
  return {
    list: data.list,
    version: data.version,
    at: instant(data.at),
    validUntil: instant(data.validUntil),
  };
}

/** Of each kind the list that was sent last. */
export function newestLists(lists: readonly SentList[]): readonly SentList[] {
  return [...new Map(lists.map((sent) => [sent.list, sent])).values()];
}
