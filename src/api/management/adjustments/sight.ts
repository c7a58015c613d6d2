import type { Instant } from "../../../domain/time.ts";
import { isUnlimited, type Visibility } from "../../../domain/user/access.ts";
import type { RulesetLife } from "../../../domain/ruleset/stream.ts";
import type { Services } from "../../../engine/services.ts";
import type { AdjustmentSight } from "../../../projections/adjustments/queries.ts";
import type { Projections } from "../../../projections/index.ts";
import { invalid, type Problem } from "../../http/problems.ts";
import { lifeBeyondScope, visibleRuleset } from "../rulesetScope.ts";

/** Whose visits somebody may give and take, and see given: of cards in sight, by rulesets of their scope. */

/** The ruleset, if its visits may be given and taken by whoever asks. */
export async function adjustableRuleset(
  services: Services,
  visibility: Visibility,
  rulesetId: string,
  now: Instant,
): Promise<{ readonly kind: "ruleset"; readonly life: RulesetLife } | Problem> {
  const life = await visibleRuleset(services, visibility, rulesetId);
  if (life === null || life.versions.length === 0) {
    return invalid("/rulesetId", "there is no ruleset of this id that was published");
  }
  // A card that comes to one's place comes to others' as well: only what is for this place is given there.
  const beyond = visibility.places === null ? null : await lifeBeyondScope(services, visibility, life, now);
  return beyond ?? { kind: "ruleset", life };
}

export async function adjustmentSight(
  services: Services,
  { adjustments }: Pick<Projections, "adjustments">,
  visibility: Visibility,
  now: Instant,
): Promise<AdjustmentSight> {
  if (isUnlimited(visibility)) return { visibility, rulesetIds: null };
  const rulesetIds: string[] = [];
  for (const id of await adjustments.rulesetIds()) {
    const found = await adjustableRuleset(services, visibility, id, now);
    if (found.kind === "ruleset") rulesetIds.push(id);
  }
  return { visibility, rulesetIds };
}
