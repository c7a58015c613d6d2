import type { RulesetVersion } from "../stream.ts";
import { compilePortfolio, type Portfolio } from "./portfolio.ts";

/**
 * The portfolio as it would be with a version that is tried out in the place of its ruleset's others, and without those
 * that are out of sight. What is published already is not compiled again.
 */
export function portfolioTrying(
  published: Portfolio,
  version: RulesetVersion | null,
  isInSight: (id: string) => boolean,
): Portfolio {
  const tried = compilePortfolio(version === null ? [] : [version]);
  const stays = (id: string): boolean => id !== version?.id && isInSight(id);
  const byId = new Map([...[...published.byId].filter(([id]) => stays(id)), ...tried.byId]);
  return {
    size: byId.size,
    byId,
    candidates: (issuer, site) => [
      ...published.candidates(issuer, site).filter(({ ruleset }) => stays(ruleset.id)),
      ...tried.candidates(issuer, site),
    ],
    keepsQuota: (id) => (stays(id) ? published : tried).keepsQuota(id),
    inForce: (id, now) => (stays(id) ? published : tried).inForce(id, now),
  };
}
