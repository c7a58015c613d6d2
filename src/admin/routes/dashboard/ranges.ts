import { instantsOf, wallTime } from "../../shared/time/wallTime.ts";

/** Ranges that are asked for most, as days of a zone: the last one is a whole day. */
export const RANGES = ["today", "yesterday", "week", "month", "thisMonth", "lastMonth"] as const;
export type Range = (typeof RANGES)[number];

interface Span {
  readonly from: string;
  readonly to: string;
}

/** @param now milliseconds */
export function spanOf(range: Range, zone: string, now: number): Span {
  const today = wallTime(new Date(now).toISOString(), zone).slice(0, 10);
  const [year = 0, month = 0] = today.split("-").map(Number);
  const span = (from: string, to: string): Span => ({ from: startOf(from, zone), to: startOf(to, zone) });
  switch (range) {
    case "today":
      return span(today, plusDays(today, 1));
    case "yesterday":
      return span(plusDays(today, -1), today);
    case "week":
      return span(plusDays(today, -6), plusDays(today, 1));
    case "month":
      return span(plusDays(today, -29), plusDays(today, 1));
    case "thisMonth":
      return span(day(year, month, 1), day(year, month + 1, 1));
    case "lastMonth":
      return span(day(year, month - 1, 1), day(year, month, 1));
  }
}

export function rangeOf(span: Partial<Span>, zone: string, now: number): Range | null {
  if (span.from === undefined && span.to === undefined) return "today";
  const same = (range: Range): boolean => {
    const { from, to } = spanOf(range, zone, now);
    return from === span.from && to === span.to;
  };
  return RANGES.find(same) ?? null;
}

/** @param month 1 for January; beyond a year's it is one of the year before or after */
function day(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Where clocks jump over midnight the day begins when they have. */
function startOf(date: string, zone: string): string {
  return (
    instantsOf(`${date}T00:00`, zone)[0] ?? instantsOf(`${date}T01:00`, zone)[0] ?? `${date}T00:00:00.000Z`
  );
}
