import { sql } from "kysely";
import type { LocationBody } from "../../../domain/location/events.ts";
import type { RecordLife } from "../../../domain/record.ts";
import type { Instant } from "../../../domain/time.ts";
import type { Services } from "../../services.ts";
import { secretAges } from "./locationSecrets.ts";
import { termsAt } from "./whitelists.ts";

/** What the terminals of a place get when they ask for their whitelist next. */
export interface Delivery {
  readonly location: RecordLife<LocationBody>;
  /** Rulesets by which cards are let in by name there, the preferred first. */
  readonly rulesetIds: readonly string[];
  /** Cards of the place's list and of those rulesets': one that stands in several counts in each. */
  readonly entries: number;
  /** Of the last upload to one of these lists. */
  readonly changedAt: Instant | null;
  readonly secret: { readonly keyId: string; readonly madeAt: Instant } | null;
}

/** Of rulesets that are not seen nothing is told. Which terminal has taken what is not known from these tables. */
export async function deliveriesTo(
  services: Services,
  locations: readonly RecordLife<LocationBody>[],
  isSeen: (rulesetId: string) => Promise<boolean>,
  now: Instant,
): Promise<readonly Delivery[]> {
  const { rulesets } = await services.gate.freshness([]);
  const { portfolio } = await services.rulesets.at(rulesets);
  const seen = new Map<string, boolean>();
  const there: { location: RecordLife<LocationBody>; rulesetIds: readonly string[] }[] = [];
  for (const location of locations) {
    // As a terminal gets it that has proven all that can be proven.
    const { terms } = termsAt(portfolio, location, "ATTESTED", now);
    const rulesetIds = [...new Set(terms.map(({ ruleset }) => ruleset.id))];
    for (const id of rulesetIds) seen.set(id, seen.get(id) ?? (await isSeen(id)));
    there.push({ location, rulesetIds: rulesetIds.filter((id) => seen.get(id) === true) });
  }
  const [last, secrets] = await Promise.all([
    lastUploads(
      services,
      there.flatMap(({ location, rulesetIds }) => [location.id, ...rulesetIds]),
    ),
    secretAges(
      services,
      locations.map(({ id }) => id),
    ),
  ]);
  return there.map(({ location, rulesetIds }) => {
    const lists = rulesetIds.length === 0 ? [] : [location.id, ...rulesetIds];
    const uploads = lists.flatMap((id) => last.get(id) ?? []);
    return {
      location,
      rulesetIds,
      entries: uploads.reduce((sum, { total }) => sum + total, 0),
      changedAt: uploads.length === 0 ? null : Math.max(...uploads.map(({ at }) => at)),
      secret: secrets.get(location.id) ?? null,
    };
  });
}

interface LastUpload {
  readonly total: number;
  readonly at: Instant;
}

async function lastUploads(
  { db }: Services,
  scopeIds: readonly string[],
): Promise<ReadonlyMap<string, LastUpload>> {
  const rows = await db
    .selectFrom("whitelist_uploads")
    .distinctOn("scope_id")
    .select(["scope_id", "total", "at"])
    .where(sql<boolean>`scope_id = any(${[...new Set(scopeIds)]}::text[])`)
    .orderBy("scope_id")
    .orderBy("seq", "desc")
    .execute();
  return new Map(rows.map(({ scope_id, total, at }) => [scope_id, { total, at: at.getTime() }]));
}
