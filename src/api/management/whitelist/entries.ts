import { z } from "zod";
import { instantOrNull, isoOrNull } from "../../../domain/time.ts";
import { removeListed } from "../../../engine/offline/whitelist/byHand.ts";
import { WhitelistLines } from "../../../engine/offline/whitelist/lines.ts";
import {
  findListed,
  findListedPan,
  type ListedRow,
  listListed,
} from "../../../engine/offline/whitelist/lists.ts";
import { applyUpload } from "../../../engine/offline/whitelist/upload.ts";
import { reply } from "../../http/answer.ts";
import { invalid, problem } from "../../http/problems.ts";
import { plainCard } from "../../pos/schemas.ts";
import { actorNames, actorShape, type NameActor } from "../actors.ts";
import { listPage } from "../listPage.ts";
import { filterText, paging } from "../page.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import { deliveries } from "./deliveries.ts";
import {
  isInOrder,
  namedScope,
  NOT_IN_ORDER,
  NOT_YOUR_CARD,
  numbersInSight,
  scopeProblem,
  scopeQuery,
  scopesInSight,
  validity,
} from "./scope.ts";
import { uploadRoutes } from "./uploads.ts";

const tag = "Whitelist";
const path = "/api/whitelist";

const entryShape = z.object({
  id: z.string(),
  rulesetId: z.string().nullable(),
  locationId: z.string().nullable(),
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  uploadId: z.string().describe("The upload that listed it."),
  at: z.string(),
  by: actorShape,
});

export function whitelistRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [...uploadRoutes(kit), deliveries(kit), listEntries(kit), addEntry(kit), removeEntry(kit)];
}

function listEntries(kit: Kit): SecuredAnyRoute {
  const { services } = kit;
  return listPage(kit, {
    path,
    summary: "Cards of the whitelists, those that were listed last first",
    tag,
    permission: "whitelist:read",
    query: z.strictObject({ ...paging, ...scopeQuery, cardId: filterText.optional() }),
    load: async ({ rulesetId, locationId, cardId }, page, { visibility, write }) => {
      const inSight = await scopesInSight(services, visibility, write.now);
      return await listListed(services, { scopeId: rulesetId ?? locationId, cardId, inSight }, page);
    },
    item: entryShape,
    view: async (entry, { nameOf }) => await entryView(entry, nameOf),
  });
}

function addEntry({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "List one card; the number goes nowhere else",
    refusals: ["UNAVAILABLE"],
    sends: ["Location"],
    tag,
    permission: "whitelist:write",
    body: z
      .strictObject({ pan: plainCard.shape.pan, ...scopeQuery, ...validity })
      .refine(isInOrder, NOT_IN_ORDER),
    answers: { 201: entryShape },
    handle: async ({ body: { pan, ...body }, visibility, write }) => {
      const scope = namedScope(body, "");
      if (scope.kind === "problem") return scope;
      const refused = await scopeProblem(services, visibility, scope, write.now, "");
      if (refused !== null) return refused;
      const isInSight = await numbersInSight(services, visibility);
      if (!isInSight(pan)) return invalid("/pan", NOT_YOUR_CARD);
      const lines = new WhitelistLines();
      const [validFrom, validTo] = [instantOrNull(body.validFrom), instantOrNull(body.validTo)];
      lines.add({ pan, validFrom, validTo }, 1);
      await applyUpload(services, write, { scope, mode: "ADD", byHand: true, lines }, false);
      const entry = await findListedPan(services, scope.id, pan);
      // Somebody was faster in taking it off again.
      if (entry === null) return problem("NOT_FOUND");
      const view = await entryView(entry, actorNames(services, visibility));
      return reply(201, view, { Location: `${path}?cardId=${view.cardId}` });
    },
  });
}

function removeEntry({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Take one card off a list",
    refusals: ["NOT_FOUND", "UNAVAILABLE"],
    reads: ["Idempotency-Key"],
    sends: [],
    tag,
    permission: "whitelist:write",
    params: z.strictObject({ id: z.string().regex(/^\d{1,15}$/) }),
    answers: { 204: null },
    handle: async ({ params, visibility, write }) => {
      const id = Number(params.id);
      const inSight = await scopesInSight(services, visibility, write.now);
      const entry = await findListed(services, id, inSight);
      if (entry === null && !write.resumed) return problem("NOT_FOUND");
      const done = await removeListed(services, write, id);
      return done.kind === "problem" ? done : reply(204, null);
    },
  });
}

async function entryView(entry: ListedRow, nameOf: NameActor): Promise<z.infer<typeof entryShape>> {
  const { scope_kind: kind, scope_id: scopeId } = entry;
  return {
    id: String(entry.number),
    rulesetId: kind === "RULESET" ? scopeId : null,
    locationId: kind === "LOCATION" ? scopeId : null,
    cardId: entry.card_id,
    maskedPan: entry.mask,
    validFrom: isoOrNull(entry.valid_from?.getTime() ?? null),
    validTo: isoOrNull(entry.valid_to?.getTime() ?? null),
    uploadId: entry.upload_id,
    at: entry.at.toISOString(),
    by: await nameOf({ id: entry.actor_id, role: entry.actor_role }),
  };
}
