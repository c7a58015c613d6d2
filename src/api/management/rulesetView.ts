import { z } from "zod";
import { quotaStream } from "../../domain/quota/events.ts";
import { type RulesetBody, storedRuleset } from "../../domain/ruleset/events.ts";
import { rulesetWarnings } from "../../domain/ruleset/input.ts";
import type { RulesetVersion } from "../../domain/ruleset/stream.ts";
import {
  currentVersion,
  phaseAt,
  RULESET_PHASES,
  type RulesetLife,
  scheduledVersion,
} from "../../domain/ruleset/stream.ts";
import { instantOrNull, type Instant, iso, isoOrNull } from "../../domain/time.ts";
import { windowBounds } from "../../domain/window.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { Answer } from "../http/answer.ts";
import type { Services } from "../../engine/services.ts";
import { type Sign, signer } from "./signatures.ts";
import { recordShape } from "./records.ts";
import { lifeBeyondScope } from "./rulesetScope.ts";
import type { ManagementDeps } from "./secured.ts";

/** A ruleset as it is answered: the body in force (else the draft), with what is known of its life. */

const warning = z.object({ pointer: z.string(), message: z.string() });

export const rulesetShape = z.object({
  ...storedRuleset.shape,
  ...recordShape,
  /** The version whose body stands here; 0 for a draft that never was published. */
  version: z.int(),
  status: z.enum(["DRAFT", "PUBLISHED", "RETIRED"]),
  phase: z.enum(RULESET_PHASES),
  inForceFrom: z.string().nullable(),
  inForceTo: z.string().nullable(),
  /** The version that is to come into force later; null for none. */
  scheduled: z.object({ version: z.int(), inForceFrom: z.string() }).nullable(),
  /** What was written since the last publication. */
  draft: storedRuleset.nullable(),
  warnings: z.array(warning),
  /** Visits that count, over all cards and versions; null where the ruleset reaches beyond the caller's scope. */
  used: z.int().nullable(),
  /** The programme's budget in its current window; null where it has none. */
  budget: z
    .object({
      max: z.int(),
      used: z.int(),
      left: z.int(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    })
    .nullable(),
});

type Summary = Omit<Answer<typeof rulesetShape>, "used" | "budget">;

export const versionShape = z.object({
  ...storedRuleset.shape,
  id: z.string(),
  version: z.int(),
  inForceFrom: z.string(),
  inForceTo: z.string().nullable(),
});

export function versionView(version: RulesetVersion): Answer<typeof versionShape> {
  const { id, body, inForceFrom, inForceTo } = version;
  return {
    ...body,
    id,
    version: version.version,
    inForceFrom: iso(inForceFrom),
    inForceTo: isoOrNull(inForceTo),
  };
}

async function rulesetSummary(life: RulesetLife, now: Instant, sign: Sign): Promise<Summary> {
  const version = currentVersion(life, now);
  const body = version?.body ?? life.draft;
  const { status } = life;
  if (body === null || status === "DELETED")
    throw new Error(`ruleset ${life.id} has neither a version nor a draft`);
  const scheduled = scheduledVersion(life, now);
  const { created, modified } = life;
  const signed = {
    createdAt: created.at,
    createdBy: created.by,
    modifiedAt: modified.at,
    modifiedBy: modified.by,
  };
  return {
    ...body,
    ...(await sign(signed)),
    id: life.id,
    revision: life.revision,
    version: version?.version ?? 0,
    status,
    phase: phaseAt(life, now),
    inForceFrom: isoOrNull(version?.inForceFrom ?? null),
    inForceTo: isoOrNull(version?.inForceTo ?? null),
    scheduled: scheduled && { version: scheduled.version, inForceFrom: iso(scheduled.inForceFrom) },
    draft: life.draft,
    warnings: rulesetWarnings(life.draft ?? body),
  };
}

export async function rulesetView(
  services: Services,
  deps: ManagementDeps,
  life: RulesetLife,
  now: Instant,
  visibility: Visibility,
): Promise<Answer<typeof rulesetShape>> {
  const used = (await deps.projections.cards.visitsOf([life.id])).get(life.id) ?? 0;
  return await countedRuleset(services, { life, used }, { now, visibility, sign: signer(services) });
}

/** A ruleset, and how many visits count in it. */
export interface CountedRuleset {
  readonly life: RulesetLife;
  readonly used: number;
}

/** What was used of a ruleset that is others' as well is not told to whoever has a scope. */
export async function countedRuleset(
  services: Services,
  { life, used }: CountedRuleset,
  { now, visibility, sign }: { readonly now: Instant; readonly visibility: Visibility; readonly sign: Sign },
): Promise<Answer<typeof rulesetShape>> {
  const summary = await rulesetSummary(life, now, sign);
  if ((await lifeBeyondScope(services, visibility, life, now)) !== null) {
    return { ...summary, used: null, budget: null };
  }
  return { ...summary, used, budget: await budgetOf(services, life.id, summary, now) };
}

export async function budgetOf(
  services: Services,
  id: string,
  body: Pick<RulesetBody, "totalUsage" | "validFrom" | "validTo">,
  now: Instant,
): Promise<Answer<typeof rulesetShape>["budget"]> {
  if (body.totalUsage === null) return null;
  const { max, window } = body.totalUsage;
  const validity = {
    from: instantOrNull(body.validFrom) ?? Number.NEGATIVE_INFINITY,
    to: instantOrNull(body.validTo) ?? Number.POSITIVE_INFINITY,
  };
  const bounds = windowBounds(window, now, validity);
  const { state } = await services.streams.quota.refresh(quotaStream(id));
  const used = state.instants.within(bounds);
  return {
    max,
    used,
    left: Math.max(0, max - used),
    from: Number.isFinite(bounds.from) ? iso(bounds.from) : null,
    to: Number.isFinite(bounds.to) ? iso(bounds.to) : null,
  };
}
