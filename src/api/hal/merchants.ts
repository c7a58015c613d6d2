import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { merchantKind, seesMerchant } from "../../engine/management/hierarchy.ts";
import { findRecord } from "../../engine/management/records.ts";
import { problem } from "../http/problems.ts";
import type { Kit, SecuredAnyRoute } from "../management/secured.ts";
import { baseOf } from "./base.ts";
import { hal, linksOf } from "./envelope.ts";
import { ofVendor } from "./vendor.ts";

const merchantShape = z.object({
  id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  name: z.string(),
  _links: linksOf("self"),
});

/** What the `merchant` link of a Device leads to. */
export function halMerchantRoute({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...ofVendor,
    method: "GET",
    path: "/merchants/{id}",
    summary: "The merchant whose devices they are",
    permission: "merchants:read",
    params: z.strictObject({ id: ulid }),
    answers: { 200: merchantShape },
    handle: async (call) => {
      const { id } = call.params;
      const isSeen = await seesMerchant(services, call.visibility, id);
      const known = isSeen ? await findRecord(merchantKind(services), id) : null;
      if (known === null) return problem("NOT_FOUND", "There is no such merchant.");
      return hal(200, {
        id,
        created_at: known.createdAt,
        updated_at: known.modifiedAt,
        name: known.body.name,
        _links: { self: { href: `${baseOf(deps, call)}/merchants/${id}` } },
      });
    },
  });
}
