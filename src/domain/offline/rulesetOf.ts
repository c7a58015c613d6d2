import { type Issuer, padPan } from "../accountRange.ts";
import type { OfflineMode } from "../card/offline/events.ts";
import type { TrustTier } from "../codes.ts";
import type { CompiledRuleset } from "../ruleset/evaluate/compile.ts";
import type { LocationFacts } from "../ruleset/evaluate/facts.ts";
import type { Portfolio } from "../ruleset/evaluate/portfolio.ts";
import type { Instant } from "../time.ts";
import { fittingFor, holds } from "./accountRangeList.ts";
import { fittingByName } from "./whitelist.ts";

/** What a report says of how a card was let in. */
export interface OfflineTap {
  readonly mode: OfflineMode;
  readonly at: Instant;
  readonly location: LocationFacts;
  readonly trust: TrustTier;
  readonly issuer: Issuer | null;
  /** Null where only the hash of a number is known. */
  readonly pan: string | null;
  /** The ruleset that the terminal says it went by; null: it does not say. */
  readonly named: { readonly id: string; readonly version: number } | null;
}

/**
 * The ruleset under which a card was let in: the one that the terminal names, where its list can have named it; else the
 * preferred one of those that were in force then. Null for none. What the card had used is not asked: the terminal did not
 * know it either.
 */
export function rulesetOf(portfolio: Portfolio, tap: OfflineTap): CompiledRuleset | null {
  const { mode, at, location, trust, issuer, pan, named } = tap;
  const scene = { location, trust, now: at };
  const listed =
    mode === "WHITELIST"
      ? fittingByName(portfolio, scene)
      : issuer === null
        ? []
        : fittingFor(issuer, portfolio, scene);
  const fitting = listed.filter(
    (one) => one.ruleset.activeFrom <= at && (pan === null || holds(one, padPan(pan))),
  );
  const said = fitting.find(({ ruleset: { id, version } }) => id === named?.id && version === named.version);
  return (said ?? fitting[0])?.ruleset ?? null;
}
