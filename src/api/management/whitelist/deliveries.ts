import { z } from "zod";
import { isoOrNull } from "../../../domain/time.ts";
import { deliveriesTo } from "../../../engine/offline/whitelist/deliveries.ts";
import { listPage } from "../listPage.ts";
import { filterText, paging } from "../page.ts";
import { visibleRuleset } from "../rulesetScope.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";

const deliveryShape = z.object({
  locationId: z.string(),
  name: z.string(),
  offlineAllowed: z.boolean(),
  rulesetIds: z
    .array(z.string())
    .describe("Rulesets that let cards in by name there, now or in time to come; the preferred first."),
  entries: z
    .int()
    .describe(
      "Cards of the location's list and of those rulesets'; one that stands in several counts in each.",
    ),
  changedAt: z.string().nullable().describe("When one of these lists was last changed; null: never."),
  keyId: z.string().nullable().describe("Names the location's secret; null: none was needed yet."),
  keyMadeAt: z.string().nullable().describe("When the location's secret was made."),
});

export function deliveries({ services, deps, secure }: Kit): SecuredAnyRoute {
  return listPage(
    { services, secure },
    {
      path: "/api/whitelist/deliveries",
      summary: "What the terminals of each location get of the whitelists",
      tag: "Whitelist",
      permission: "whitelist:read",
      query: z.strictObject({ ...paging, name: filterText.optional() }),
      load: async ({ name }, { cursor, limit }, { visibility, write }) => {
        const page = await deps.projections.directory.list("location", { name }, visibility, {
          sort: "name",
          cursor,
          limit,
        });
        const isSeen = async (rulesetId: string): Promise<boolean> =>
          (await visibleRuleset(services, visibility, rulesetId)) !== null;
        return { ...page, items: await deliveriesTo(services, page.items, isSeen, write.now) };
      },
      item: deliveryShape,
      view: ({ location: { id, body }, rulesetIds, entries, changedAt, secret }) => ({
        locationId: id,
        name: body.name,
        offlineAllowed: body.offlineAllowed,
        rulesetIds,
        entries,
        changedAt: isoOrNull(changedAt),
        keyId: secret?.keyId ?? null,
        keyMadeAt: isoOrNull(secret?.madeAt ?? null),
      }),
    },
  );
}
