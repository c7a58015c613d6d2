import { DAY, type Instant } from "../../../../src/domain/time.ts";
import { CALENDAR_UNITS, type Window } from "../../../../src/domain/window.ts";
import { naiveUnit } from "../naive/calendar.ts";
import type { Random } from "../random.ts";

/** The few names worlds are made of: few, so that things fit each other often. */
export const COUNTRIES = ["POL", "DEU", "USA"] as const;
export const PRODUCTS = ["WLE", "WBE"] as const;
export const ICAS = ["0001234", "0005678", "999"] as const;
export const CURRENCIES = ["EUR", "PLN", "JPY", "KWD"] as const;
export const MCCS = ["5941", "5812", "4511"] as const;
export const ZONES = [
  "Europe/Warsaw",
  "America/Sao_Paulo",
  "Asia/Beirut",
  "America/New_York",
  "Asia/Kathmandu",
  "Africa/Cairo",
] as const;

/** Two years with a leap day and clock changes; the odd moments come more often than chance has it. */
export function someNow(random: Random): Instant {
  const from = Date.UTC(2027, 0, 2);
  const at = from + Math.floor(random.next() * 729 * DAY);
  if (random.chance(0.1)) return Date.UTC(2028, 1, 28) + random.upTo(2 * DAY);
  if (random.chance(0.3)) {
    const { from: start } = naiveUnit(random.pick(CALENDAR_UNITS), random.pick(ZONES), at);
    return Math.max(from, start) + random.pick([-1, 0, 1]);
  }
  return at;
}

export function someWindow(random: Random): Window {
  const kind = random.upTo(9);
  if (kind < 5) return { kind: "ROLLING", days: random.pick([1, 2, 7, 30]) };
  if (kind < 9) return { kind: "CALENDAR", unit: random.pick(CALENDAR_UNITS), timeZone: random.pick(ZONES) };
  return { kind: "VALIDITY" };
}

/** An instant not after `now`, often on or next to the edge of some window that ends now. */
export function somePast(random: Random, now: Instant, windows: readonly Window[]): Instant {
  const window = windows[random.upTo(windows.length)];
  const off = random.pick([-1, 0, 0, 1]);
  if (window !== undefined && random.chance(0.4)) {
    if (window.kind === "ROLLING") return Math.min(now, now - window.days * DAY + off);
    if (window.kind === "CALENDAR") {
      return Math.min(now, naiveUnit(window.unit, window.timeZone, now).from + off);
    }
  }
  if (random.chance(0.1)) return now - random.upTo(1);
  return now - Math.floor(random.next() ** 3 * 60 * DAY);
}
