import { type RulesetBody, rulesetStream } from "../../domain/ruleset/events.ts";
import type { RulesetLife } from "../../domain/ruleset/stream.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { visibleLocation } from "../../engine/management/hierarchy.ts";

/** Who sees a ruleset, and who may write it: seen is what concerns one's scope, written what lies wholly inside it. */

/** A ruleset that names no ICA is for every issuer's cards, and one that names no place is for every place. */
export async function concerns(
  services: Services,
  visibility: Visibility,
  { criteria }: RulesetBody,
): Promise<boolean> {
  const { icas } = visibility;
  const own = criteria?.icas ?? [];
  if (icas !== null && own.length > 0 && !own.some(({ ica }) => icas.includes(ica))) return false;
  const countries = criteria?.locations?.countries ?? [];
  const locationIds = criteria?.locations?.locationIds ?? [];
  if (visibility.places === null || countries.length > 0 || locationIds.length === 0) return true;
  for (const id of locationIds) if ((await visibleLocation(services, visibility, id)) !== null) return true;
  return false;
}

/** As of now, if it is there and in sight. */
export async function visibleRuleset(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<RulesetLife | null> {
  const { state } = await services.streams.ruleset.refresh(rulesetStream(id));
  if (state === null || state.status === "DELETED") return null;
  // The same body as the list looks at.
  const body = state.versions.at(-1)?.body ?? state.draft;
  return body === null || (await concerns(services, visibility, body)) ? state : null;
}

/** 422 for a body that reaches beyond the scope. */
export async function bodyBeyondScope(
  services: Services,
  visibility: Visibility,
  { criteria }: RulesetBody,
): Promise<Problem | null> {
  const { icas, places } = visibility;
  const own = criteria?.icas ?? [];
  if (icas !== null && (own.length === 0 || !own.every(({ ica }) => icas.includes(ica)))) {
    return invalid("/criteria/icas", "ICAs are wanted, all of them of your scope");
  }
  if (places === null) return null;
  const countries = criteria?.locations?.countries ?? [];
  const locationIds = criteria?.locations?.locationIds ?? [];
  const wrong = invalid(
    "/criteria/locations",
    "locations are wanted by their ids, all of them of your scope",
  );
  if (countries.length > 0 || locationIds.length === 0) return wrong;
  for (const id of locationIds) if ((await visibleLocation(services, visibility, id)) === null) return wrong;
  return null;
}

/** 403 where what is in force, is scheduled, or is drafted reaches beyond the scope. */
export async function lifeBeyondScope(
  services: Services,
  visibility: Visibility,
  life: RulesetLife,
  now: Instant,
): Promise<Problem | null> {
  const versions = life.versions.filter(({ inForceTo }) => inForceTo === null || inForceTo > now);
  const bodies = [...versions.map(({ body }) => body), ...(life.draft === null ? [] : [life.draft])];
  // One that is over counts by what it was last.
  const last = life.versions.at(-1);
  for (const body of bodies.length === 0 && last !== undefined ? [last.body] : bodies) {
    if ((await bodyBeyondScope(services, visibility, body)) !== null) {
      return problem("FORBIDDEN", "The ruleset reaches beyond your scope.");
    }
  }
  return null;
}
